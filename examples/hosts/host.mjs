// A host in JavaScript for Node, through koffi: compiles a program from a string, turns a knob, fills an
// array block by block, prints the peak.
//
//   npm install koffi && KANON_LIBRARY=/usr/local/lib/libkanon.so node host.mjs
import koffi from "koffi";

const kanon = koffi.load(process.env.KANON_LIBRARY ?? "libkanon.so.0");
const declare = (prototype) => kanon.func(prototype);
const compilerCreate = declare("void *kn_compiler_create()");
const compilerFree = declare("void kn_compiler_free(void *compiler)");
const compileText = declare("void *kn_compile_text(void *compiler, str name, str text, size_t length)");
const messages = declare("str kn_compiler_messages(void *compiler)");
const engine = declare("str kn_program_engine(void *program)");
const paramIndex = declare("int kn_program_param_index(void *program, str name)");
const programFree = declare("void kn_program_free(void *program)");
const instanceCreate = declare("void *kn_instance_create(void *program)");
const instanceSet = declare("void kn_instance_set(void *instance, int param, double value)");
const instanceFree = declare("void kn_instance_free(void *instance)");
const instanceProcess = declare(
  "void kn_instance_process(void *instance, const void *inputs, const void *outputs, int frames)");

const text = `
param pitch = 440Hz in 20Hz..5kHz log "Pitch"
out(t) = 0.5 * sin(tau * phase(pitch)(t))
`;

const compiler = compilerCreate();
const program = compileText(compiler, "host.kn", text, Buffer.byteLength(text));
if (!program) {
  process.stderr.write(messages(compiler));
  process.exit(1);
}
const instance = instanceCreate(program);
instanceSet(instance, paramIndex(program, "pitch"), 220);

// Blocks are written into memory that does not move; a Float32Array looks into it.
const frames = 512, blocks = 100;
const memory = koffi.alloc("float", frames);
const block = new Float32Array(koffi.view(memory, 4 * frames));
const outputs = koffi.alloc("float *", 1); // one pointer for each output
koffi.encode(outputs, "float *", memory);

const sound = new Float32Array(frames * blocks);
for (let k = 0; k < blocks; k++) {
  instanceProcess(instance, null, outputs, frames);
  sound.set(block, k * frames);
}
const peak = sound.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
console.log(`engine ${engine(program)}, ${sound.length} frames, peak ${peak.toFixed(6)}, ` +
  `first ${sound[0].toFixed(6)} ${sound[1].toFixed(6)}`);

instanceFree(instance);
programFree(program);
compilerFree(compiler);
