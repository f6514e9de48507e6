// A host in TypeScript for Bun, through bun:ffi: compiles a program from a string, turns a knob, fills a
// Float32Array block by block, prints the peak.
//
//   KANON_LIBRARY=/usr/local/lib/libkanon.so bun host.ts
import { dlopen, ptr } from "bun:ffi";

const { symbols: kn } = dlopen(process.env.KANON_LIBRARY ?? "libkanon.so.0", {
  kn_compiler_create: { returns: "ptr" },
  kn_compiler_free: { args: ["ptr"] },
  kn_compile_text: { args: ["ptr", "cstring", "ptr", "usize"], returns: "ptr" },
  kn_compiler_messages: { args: ["ptr"], returns: "cstring" },
  kn_program_engine: { args: ["ptr"], returns: "cstring" },
  kn_program_param_index: { args: ["ptr", "cstring"], returns: "i32" },
  kn_program_free: { args: ["ptr"] },
  kn_instance_create: { args: ["ptr"], returns: "ptr" },
  kn_instance_process: { args: ["ptr", "ptr", "ptr", "i32"] },
  kn_instance_set: { args: ["ptr", "i32", "f64"] },
  kn_instance_free: { args: ["ptr"] },
});
const c = (text: string) => Buffer.from(text + "\0"); // a text as C has it

const text = Buffer.from(`
param pitch = 440Hz in 20Hz..5kHz log "Pitch"
out(t) = 0.5 * sin(tau * phase(pitch)(t))
`);

const compiler = kn.kn_compiler_create();
const program = kn.kn_compile_text(compiler, c("host.kn"), text, text.length);
if (!program) {
  console.error(String(kn.kn_compiler_messages(compiler)));
  process.exit(1);
}
const instance = kn.kn_instance_create(program);
kn.kn_instance_set(instance, kn.kn_program_param_index(program, c("pitch")), 220);

const frames = 512, blocks = 100;
const block = new Float32Array(frames);
const outputs = new BigUint64Array([BigInt(ptr(block))]); // one pointer for each output
const sound = new Float32Array(frames * blocks);
for (let k = 0; k < blocks; k++) {
  kn.kn_instance_process(instance, null, outputs, frames);
  sound.set(block, k * frames);
}
const peak = sound.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
console.log(`engine ${kn.kn_program_engine(program)}, ${sound.length} frames, ` +
  `peak ${peak.toFixed(6)}, first ${sound[0].toFixed(6)} ${sound[1].toFixed(6)}`);

kn.kn_instance_free(instance);
kn.kn_program_free(program);
kn.kn_compiler_free(compiler);
