// One decoding step of the network in models/gpt.py for a batch of one to eight sequences: a token
// each in, logits out. Bound by memory bandwidth: every weight is read once.
//
// Matrices are float32, bfloat16, or int8 with a scale per output; everything else is float32, except
// quantized inputs of int8 matrices if the processor has integer products. Compiled by nn/native.py;
// plain C++ with vector extensions of GCC.
//
// R sequences, D width, H query heads and K key heads of W channels, F hidden, V vocabulary.

#include <omp.h>

#include <algorithm>
#include <memory>

#include "matrix.h"
#include "team.h"

extern "C" {

struct Layer {
    const float *norm1, *norm1_bias, *norm2, *norm2_bias;  // (D); biases null with RMSNorm
    const float *q_norm, *k_norm;                          // (W) or null
    Matrix qkv, out, up, down;
};

struct Network {
    const Layer* layers;
    long L, D, H, K, W, F;
    int rms, gated;
    float eps;
    const float *cos, *sin;  // (context, W), or null with learned positions
    const float *norm, *norm_bias;
    Matrix head;
};
}

namespace {

void rms_norm(const float* x, const float* weight, float* y, long n, float eps) {
    const float factor = 1.0f / std::sqrt(dot(x, x, n) / n + eps);
    for (long i = 0; i < n; ++i) y[i] = x[i] * factor * weight[i];
}

void layer_norm(const float* x, const float* weight, const float* bias, float* y, long n, float eps) {
    float mean = 0, variance = 0;
    for (long i = 0; i < n; ++i) mean += x[i];
    mean /= n;
    for (long i = 0; i < n; ++i) variance += (x[i] - mean) * (x[i] - mean);
    const float factor = 1.0f / std::sqrt(variance / n + eps);
    for (long i = 0; i < n; ++i) y[i] = (x[i] - mean) * factor * weight[i] + bias[i];
}

// normalize a head of W channels, then rotate each pair (i, i + W/2) by the angle of its position
void norm_and_rotate(const Network& net, const float* x, const float* weight, float* head, long position) {
    if (weight) rms_norm(x, weight, head, net.W, net.eps);
    else std::copy(x, x + net.W, head);
    if (!net.cos) return;
    const float *cos = net.cos + position * net.W, *sin = net.sin + position * net.W;
    const long half = net.W / 2;
    for (long i = 0; i < half; ++i) {
        const float left = head[i], right = head[i + half];
        head[i] = left * cos[i] - right * sin[i];
        head[i + half] = right * cos[i + half] + left * sin[i + half];
    }
}

// N channels of the values of tokens first … last, averaged with their scores as weights
template <int N>
void average_values(const float* scores, const float* values, const float* value, float* output, float total,
                    long first, long last, long W) {
    constexpr int PARTS = N / LANES;
    Vector average[PARTS];
    for (int n = 0; n < PARTS; ++n) average[n] = scores[last] * load(value + n * LANES);
    for (long t = first; t < last; ++t)
        for (int n = 0; n < PARTS; ++n) average[n] += scores[t] * load(values + t * W + n * LANES);
    for (int n = 0; n < PARTS; ++n)
        *reinterpret_cast<Vector*>(output + n * LANES) = average[n] / total;
}

// softmax(q kᵀ / √W) v over tokens first … last - 1 of the cache and a new token (key, value)
void attend(const float* q, const float* keys, const float* values, const float* key,
            const float* value, float* scores, float* output, long first, long last, long W) {
    const float factor = 1.0f / std::sqrt((float)W);
    for (long t = first; t < last; ++t) scores[t] = dot(q, keys + t * W, W) * factor;
    scores[last] = dot(q, key, W) * factor;
    float highest = -INFINITY, total = 0;
    for (long t = first; t <= last; ++t) highest = std::fmax(highest, scores[t]);
    for (long t = first; t <= last; ++t) {
        scores[t] = std::exp(scores[t] - highest);
        total += scores[t];
    }
    long i = 0;  // as many channels as registers, since sequential reads are the fastest
    for (; i + 4 * LINE <= W; i += 4 * LINE)
        average_values<4 * LINE>(scores, values + i, value + i, output + i, total, first, last, W);
    for (; i < W; i += LINE)
        average_values<LINE>(scores, values + i, value + i, output + i, total, first, last, W);
}

// y = GELU(h), tanh approximation written with exp; or SiLU(h) * values if there are values
void activate(const float* h, const float* values, float* y, long n) {
    for (long i = 0; i < n; ++i) {
        const float cube = 0.044715f * h[i] * h[i] * h[i];
        const float u = values ? h[i] : 1.5957691216f * (h[i] + cube);
        // clamped to the range of float, since -ffast-math assumes no infinities
        const float e = std::exp(u < -80 ? 80 : -u);
        y[i] = h[i] / (1 + e) * (values ? values[i] : 1.0f);
    }
}

// scratch floats per thread: normalized and prepared inputs, query and key of a head, scores
long private_scratch(const Network& net, long R, long capacity) {
    const long widest = std::max({net.D, net.F, net.H * net.W});
    return R * net.D + MOST_ROWS + R * widest + 2 * net.W + capacity + LINE;
}

// scratch floats shared by all threads: queries, keys and values; heads; hidden and activations
long shared_scratch(const Network& net, long R) {
    return R * ((net.H + 2 * net.K) * net.W + net.H * net.W + 3 * net.F);
}

// outputs per part of a matrix: parts small enough to balance the threads, large enough to pay
long part_size(const Matrix& m, int threads) {
    const long row = m.I * (m.kind == 0 ? 4 : m.kind == 1 ? 2 : 1);
    const long bytes = std::clamp(m.O * row / (16 * threads), 1L << 14, 1L << 18);
    return std::max((bytes / row + LINE - 1) / LINE, 1L) * LINE;
}

// State of one thread during a step
struct Worker {
    const Network& net;
    Phase* phase;  // the next phase
    float *x, *store;
    const long* begin;
    float *qkv, *heads, *hidden, *activated;         // shared
    float *normed, *scratch, *query, *key, *scores;  // private
    long R, length, capacity;
    int threads;

    void norm(const float* weight, const float* bias) {
        for (long r = 0; r < R; ++r) {
            const float* row = x + r * net.D;
            if (net.rms) rms_norm(row, weight, normed + r * net.D, net.D, net.eps);
            else layer_norm(row, weight, bias, normed + r * net.D, net.D, net.eps);
        }
    }

    // y = input() Wᵀ + b, or y += with `add`; then(input, first, end) runs after each part
    template <class Source, class Then>
    void linear(const Matrix& m, Source input, float* y, bool add, long outputs, Then then) {
        const long part = part_size(m, threads), count = (outputs + part - 1) / part;
        const void* ready = nullptr;
        share(
            *phase++, count, [&] { ready = prepared(m, input(), scratch, R); },
            [&](long number) {
                const long first = number * part, end = std::min(first + part, outputs);
                multiply(m, ready, scratch, y, first, end, R, add);
                then(ready, first, end);
            });
    }

    template <class Source>
    void linear(const Matrix& m, Source input, float* y, bool add) {
        linear(m, input, y, add, m.O, [](const void*, long, long) {});
    }

    // append keys and values to the cache and attend with every head
    void attention(const Layer& layer, float* keys, float* values) {
        const long W = net.W, group = net.H / net.K, width = (net.H + 2 * net.K) * W;
        share(*phase++, R * net.H, [] {}, [&](long pair) {
            const long r = pair / net.H, head = pair % net.H, k = head / group;
            const float *row = qkv + r * width, *value = row + (net.H + net.K + k) * W;
            norm_and_rotate(net, row + head * W, layer.q_norm, query, length - begin[r]);
            norm_and_rotate(net, row + (net.H + k) * W, layer.k_norm, key, length - begin[r]);
            const long offset = (r * net.K + k) * capacity * W;
            attend(query, keys + offset, values + offset, key, value, scores, heads + pair * W, begin[r],
                   length, W);
            if (head % group) return;  // one query head per group stores the key and value
            std::copy(key, key + W, keys + offset + length * W);
            std::copy(value, value + W, values + offset + length * W);
        });
    }

    void feed_forward(const Layer& layer) {
        const long F = net.F, width = layer.up.O;  // F, or 2 F with a gate
        linear(layer.up, [&] { return norm(layer.norm2, layer.norm2_bias), normed; }, hidden, false, F,
               [&](const void* ready, long first, long end) {
                   if (net.gated) multiply(layer.up, ready, scratch, hidden, F + first, F + end, R, false);
                   for (long r = 0; r < R; ++r) {
                       const float* h = hidden + r * width + first;
                       activate(h, net.gated ? h + F : nullptr, activated + r * F + first, end - first);
                   }
               });
        linear(layer.down, [&] { return activated; }, x, true);
    }

    void step(float* logits) {
        const long plane = R * net.K * capacity * net.W;
        for (long l = 0; l < net.L; ++l) {
            const Layer& layer = net.layers[l];
            float *keys = store + 2 * l * plane, *values = keys + plane;
            linear(layer.qkv, [&] { return norm(layer.norm1, layer.norm1_bias), normed; }, qkv, false);
            attention(layer, keys, values);
            linear(layer.out, [&] { return heads; }, x, true);
            feed_forward(layer);
        }
        linear(net.head, [&] { return norm(net.norm, net.norm_bias), normed; }, logits, false);
    }
};

}  // namespace

extern "C" {

// size of the scratch argument of `step`, in floats
long scratch(const Network* net, long R, long capacity, int threads) {
    return shared_scratch(*net, R) + threads * private_scratch(*net, R, capacity);
}

// x (R, D): embedded tokens, overwritten. store: KV cache (L, 2, R, K, capacity, W) of `length` tokens,
// which grows by one; row r starts at position begin[r]. logits (R, V).
void step(const Network* network, float* x, float* store, const long* begin, float* logits,
          float* scratch, long R, long length, long capacity, int threads) {
    const Network& net = *network;
    const std::unique_ptr<Phase[]> phases(new Phase[5 * net.L + 1]);
    float *qkv = scratch, *heads = qkv + R * (net.H + 2 * net.K) * net.W;
    float *hidden = heads + R * net.H * net.W, *activated = hidden + R * 2 * net.F;
    float* own = scratch + shared_scratch(net, R);
#pragma omp parallel num_threads(threads)
    {
        float* normed = own + omp_get_thread_num() * private_scratch(net, R, capacity);
        float *query = normed + R * net.D, *key = query + net.W, *scores = key + net.W;
        Worker{net, phases.get(), x, store, begin, qkv, heads, hidden, activated, normed,
               scores + capacity, query, key, scores, R, length, capacity, threads}.step(logits);
    }
}

// y (R, O) = x Wᵀ + b for one to eight rows; scratch: 8 + R I / 2 floats per thread
void rows(const Matrix* m, const float* x, float* y, float* scratch, long R, int threads) {
    const long part = part_size(*m, threads), count = (m->O + part - 1) / part;
    Phase phase;
#pragma omp parallel num_threads(threads)
    {
        float* own = scratch + omp_get_thread_num() * (MOST_ROWS + R * m->I / 2);
        const void* ready = nullptr;
        share(phase, count, [&] { ready = prepared(*m, x, own, R); }, [&](long number) {
            const long first = number * part;
            multiply(*m, ready, own, y, first, std::min(first + part, m->O), R, false);
        });
    }
}
}
