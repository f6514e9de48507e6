/* Programs in memory, measured side by side: Kanon's engines jit and cc through libkanon, and Faust's
 * LLVM JIT through libfaust. In: `speed FILE.kn…` or `compile FILE.kn…`; beside a FILE.kn there may be
 * a FILE.dsp that computes the same. Out: one line a program; bench/jit.sh says what is in it. */
#include <faust/dsp/llvm-dsp.h>

#include <algorithm>
#include <cmath>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <vector>

#include "../compiler/api/kanon.h"

namespace {

constexpr int block = 512, rate = 48000;

double seconds_now() {
    using namespace std::chrono;
    return duration<double>(steady_clock::now().time_since_epoch()).count();
}

std::string text_of(const std::string &path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

bool exists(const std::string &path) {
    return std::ifstream(path).good();
}

std::string beside(const std::string &kn) {
    return kn.substr(0, kn.size() - 3) + ".dsp";
}

std::string short_name(const std::string &path) {
    std::string name = path.substr(path.rfind('/') + 1);
    return name.substr(0, name.rfind('.'));
}

[[noreturn]] void fail(const std::string &path, const std::string &why) {
    std::fprintf(stderr, "%s: %s\n", path.c_str(), why.c_str());
    std::exit(1);
}

/* ---- what runs: blocks of 512 frames, inputs of the caller ------------------------------------- */

struct Channels {
    std::vector<std::vector<float>> samples;
    std::vector<float *> at;
    explicit Channels(int n) : samples(size_t(n), std::vector<float>(block)) {
        for (auto &channel : samples)
            at.push_back(channel.data());
    }
};

void fill_noise(Channels &channels, uint32_t seed) {
    for (auto &channel : channels.samples)
        for (float &x : channel) {
            seed = seed * 1664525u + 1013904223u;
            x = float(int32_t(seed)) * 0x1p-33f;
        }
}

struct Program {
    virtual ~Program() = default;
    virtual void process(float **inputs, float **outputs) = 0;
    int inputs = 0, outputs = 0;
};

struct Kanon : Program {
    KnInstance *instance;
    Kanon(const std::string &path, const std::string &text, const char *engine) {
        KnCompiler *compiler = kn_compiler_create();
        kn_compiler_set_engine(compiler, engine);
        KnProgram *program = kn_compile_text(compiler, path.c_str(), text.data(), text.size());
        if (!program) fail(path, kn_compiler_messages(compiler));
        kn_compiler_free(compiler);
        inputs = kn_program_inputs(program);
        outputs = kn_program_outputs(program);
        instance = kn_instance_create(program);
        kn_program_free(program);
    }
    ~Kanon() override { kn_instance_free(instance); }
    void process(float **in, float **out) override { kn_instance_process(instance, in, out, block); }
};

struct Faust : Program {
    llvm_dsp_factory *factory;
    llvm_dsp *instance;
    Faust(const std::string &path, const std::string &text, std::vector<const char *> options) {
        std::string error;
        options.insert(options.end(), {"-I", "/usr/share/faust"});
        factory = createDSPFactoryFromString("bench", text, int(options.size()), options.data(), "",
                                             error, -1);
        if (!factory) fail(path, error);
        instance = factory->createDSPInstance();
        instance->init(rate);
        inputs = instance->getNumInputs();
        outputs = instance->getNumOutputs();
    }
    ~Faust() override {
        delete instance;
        deleteDSPFactory(factory);
    }
    void process(float **in, float **out) override { instance->compute(block, in, out); }
};

/* ---- do they compute the same? ----------------------------------------------------------------- */

void replace_all(std::string &text, const std::string &from, const std::string &to) {
    for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
        text.replace(at, from.size(), to);
}

std::vector<float> hear(Program &program, int blocks) {
    Channels in(program.inputs), out(program.outputs);
    std::vector<float> sound;
    for (int i = 0; i < blocks; i++) {
        fill_noise(in, uint32_t(i) + 1);
        program.process(in.at.data(), out.at.data());
        sound.insert(sound.end(), out.samples[0].begin(), out.samples[0].end());
    }
    return sound;
}

/* Greatest difference over the greatest value, dB; one may be some samples late. */
double difference(const std::vector<float> &a, const std::vector<float> &b, int latest) {
    double least = INFINITY, peak = 1e-30;
    for (float x : a)
        peak = std::max(peak, double(std::fabs(x)));
    for (int late = -latest; late <= latest; late++) {
        double most = 0;
        for (int i = latest; i < int(a.size()) - latest; i++)
            most = std::max(most, std::fabs(double(a[size_t(i)]) - double(b[size_t(i + late)])));
        least = std::min(least, most);
    }
    return std::max(-200.0, 20 * std::log10(least / peak + 1e-30));
}

/* Both languages have noise of their own, so that here becomes an input, the same for both. */
double difference_from_faust(const std::string &path) {
    std::string kn = text_of(path), dsp = text_of(beside(path));
    bool noisy = kn.find("noise(1)") != std::string::npos;
    replace_all(kn, "noise(1)", "hiss");
    replace_all(dsp, "no.noise", "_");
    if (noisy) kn += "\ninput hiss\n";
    Kanon ours(path, kn, "jit");
    Faust theirs(beside(path), dsp, {});
    return difference(hear(ours, 4), hear(theirs, 4), 2);
}

double difference_from_cc(const std::string &path) {
    Kanon jit(path, text_of(path), "jit"), cc(path, text_of(path), "cc");
    return difference(hear(jit, 16), hear(cc, 16), 0);
}

/* ---- speed --------------------------------------------------------------------------------------- */

struct Times {
    std::vector<double> all;
    double least() const { return *std::min_element(all.begin(), all.end()); }
    double median() const {
        std::vector<double> sorted = all;
        std::sort(sorted.begin(), sorted.end());
        return sorted[sorted.size() / 2];
    }
};

double nanoseconds(Program &program, Channels &in, Channels &out, int blocks) {
    double began = seconds_now();
    for (int i = 0; i < blocks; i++)
        program.process(in.at.data(), out.at.data());
    return (seconds_now() - began) * 1e9 / (blocks * block);
}

/* One after the other, round by round, so that what disturbs the machine disturbs all of them. */
std::vector<Times> interleave(const std::vector<Program *> &programs) {
    std::vector<Times> times(programs.size());
    Channels in(32), out(64);
    fill_noise(in, 1);
    for (int round = 0; round < 300; round++)
        for (size_t i = 0; i < programs.size(); i++) {
            double ns = nanoseconds(*programs[i], in, out, 16);
            if (round > 0) times[i].all.push_back(ns);
        }
    return times;
}

void print_times(const Times &t) {
    std::printf(" %8.3f %8.3f", t.least(), t.median());
}

void measure_speed(const std::string &path) {
    std::string dsp = beside(path);
    Kanon jit(path, text_of(path), "jit"), cc(path, text_of(path), "cc");
    std::vector<Program *> programs = {&jit, &cc};
    if (exists(dsp)) {
        programs.push_back(new Faust(dsp, text_of(dsp), {}));
        programs.push_back(new Faust(dsp, text_of(dsp), {"-vec", "-lv", "1"}));
    }
    std::vector<Times> times = interleave(programs);
    std::printf("%-16s", short_name(path).c_str());
    for (const Times &t : times)
        print_times(t);
    if (exists(dsp))
        std::printf(" %8.1f", times[2].least() / times[0].least());
    else
        std::printf(" %8s %8s %8s %8s %8s", "-", "-", "-", "-", "-");
    std::printf(" %8.2f %6.0f", times[0].least() / times[1].least(), difference_from_cc(path));
    if (exists(dsp))
        std::printf(" %6.0f\n", difference_from_faust(path));
    else
        std::printf(" %6s\n", "-");
    for (size_t i = 2; i < programs.size(); i++)
        delete programs[i];
}

/* ---- compiling ----------------------------------------------------------------------------------- */

/* From the source text to the end of the first block, milliseconds. */
Times time_first_block(int runs, const std::function<Program *()> &compile) {
    Times times;
    Channels in(32), out(64);
    for (int i = 0; i < runs; i++) {
        double began = seconds_now();
        Program *program = compile();
        program->process(in.at.data(), out.at.data());
        times.all.push_back((seconds_now() - began) * 1e3);
        delete program;
    }
    return times;
}

void measure_compiling(const std::string &path) {
    std::string text = text_of(path), dsp = beside(path);
    Times ours = time_first_block(31, [&] { return new Kanon(path, text, "jit"); });
    std::printf("%-18s %9.2f %9.2f", short_name(path).c_str(), ours.least(), ours.median());
    if (exists(dsp)) {
        std::string theirs_text = text_of(dsp);
        Times theirs = time_first_block(9, [&] { return new Faust(dsp, theirs_text, {}); });
        std::printf(" %9.2f %9.2f %8.1f\n", theirs.least(), theirs.median(),
                    theirs.median() / ours.median());
    } else {
        std::printf(" %9s %9s %8s\n", "-", "-", "-");
    }
}

} // namespace

int main(int argc, char **argv) {
    if (argc < 3) fail(argv[0], "usage: speed|compile FILE.kn…");
    for (int i = 2; i < argc; i++) {
        if (std::strcmp(argv[1], "speed") == 0)
            measure_speed(argv[i]);
        else
            measure_compiling(argv[i]);
        std::fflush(stdout);
    }
}
