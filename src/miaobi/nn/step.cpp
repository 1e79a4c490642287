// One decoding step of the network in models/gpt.py for one to eight sequences: a token in, logits
// out. Every weight is read from memory once, and that is the time it takes; nothing is allocated.
//
// Weights of matrices are float32, bfloat16, or int8 with a scale for each output; all else is
// float32, but for the inputs of int8 where the processor multiplies 8 bits by 8 bits. Built by
// nn/native.py; plain C++ with GCC's vectors.
//
// R sequences, D width, H query heads and K key heads of W channels, F hidden, V vocabulary.

#include <cmath>
#include <cstdint>

#if defined(__AVX512F__)
#include <immintrin.h>
#endif

namespace {

constexpr int LANES = 16;    // numbers in a vector; widths are multiples of it
constexpr int AHEAD = 2048;  // bytes: what will be needed by then is on its way

typedef float Vector __attribute__((vector_size(LANES * 4), aligned(4)));
typedef uint32_t Words __attribute__((vector_size(LANES * 4), aligned(4)));
typedef uint16_t Halves __attribute__((vector_size(LANES * 2), aligned(2)));
typedef int8_t Bytes __attribute__((vector_size(LANES), aligned(1)));
typedef float Four __attribute__((vector_size(16), aligned(4)));

inline Vector load(const float* p) { return *reinterpret_cast<const Vector*>(p); }

#if defined(__AVX512F__)  // what GCC makes of the general forms below is many times slower

inline Vector load(const uint16_t* p) {  // bfloat16 is the upper half of float32
    const __m512i words = _mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i*)p));
    return (Vector)_mm512_slli_epi32(words, 16);
}

inline Vector load(const int8_t* p) {
    return (Vector)_mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i*)p)));
}

inline float sum(Vector v) { return _mm512_reduce_add_ps((__m512)v); }

// each of four vectors to its sum, in a third of the instructions of four sums
inline Four sums(Vector a, Vector b, Vector c, Vector d) {
    const __m512 ab = _mm512_add_ps(_mm512_unpacklo_ps((__m512)a, (__m512)b),
                                    _mm512_unpackhi_ps((__m512)a, (__m512)b));
    const __m512 cd = _mm512_add_ps(_mm512_unpacklo_ps((__m512)c, (__m512)d),
                                    _mm512_unpackhi_ps((__m512)c, (__m512)d));
    const __m512 all = _mm512_add_ps(_mm512_shuffle_ps(ab, cd, 0x44), _mm512_shuffle_ps(ab, cd, 0xee));
    const __m256 half = _mm256_add_ps(_mm512_castps512_ps256(all), _mm512_extractf32x8_ps(all, 1));
    return (Four)_mm_add_ps(_mm256_castps256_ps128(half), _mm256_extractf128_ps(half, 1));
}

#else

inline Vector load(const uint16_t* p) {
    const Words words = __builtin_convertvector(*reinterpret_cast<const Halves*>(p), Words) << 16;
    return (Vector)words;
}

inline Vector load(const int8_t* p) {
    return __builtin_convertvector(*reinterpret_cast<const Bytes*>(p), Vector);
}

inline float sum(Vector v) {
    float total = 0;
    for (int lane = 0; lane < LANES; ++lane) total += v[lane];
    return total;
}

inline Four sums(Vector a, Vector b, Vector c, Vector d) { return Four{sum(a), sum(b), sum(c), sum(d)}; }

#endif

inline float dot(const float* a, const float* b, long n) {
    Vector total = {};
    for (long i = 0; i < n; i += LANES) total += load(a + i) * load(b + i);
    return sum(total);
}

}  // namespace

extern "C" {

struct Matrix {
    const void* weight;  // (O, I)
    const float* scale;  // (O) with int8, else null
    const int32_t* sums; // (O) with int8: the sum of an output's weights, else null
    const float* bias;   // (O) or null
    long O, I;
    int kind;  // 0 float32, 1 bfloat16, 2 int8
};

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

inline void put(const Matrix& m, float* y, long r, long o, float value, bool add) {
    float& target = y[r * m.O + o];
    if (m.bias) value += m.bias[o];
    target = add ? target + value : value;
}

inline void put(const Matrix& m, float* y, long r, long o, Four value, bool add) {
    Four& target = *reinterpret_cast<Four*>(y + r * m.O + o);
    if (m.bias) value += *reinterpret_cast<const Four*>(m.bias + o);
    target = add ? target + value : value;
}

template <typename Weight, int R, int N>  // R rows of x, N outputs from number `first` on
inline void outputs(const Matrix& m, const float* x, float* y, long first, bool add) {
    const Weight* w = static_cast<const Weight*>(m.weight) + first * m.I;
    Vector total[N][R] = {};
    for (long i = 0; i < m.I; i += LANES) {
        Vector inputs[R];
#pragma GCC unroll 8
        for (int r = 0; r < R; ++r) inputs[r] = load(x + r * m.I + i);
#pragma GCC unroll 4
        for (int n = 0; n < N; ++n) {
            const Weight* here = w + n * m.I + i;
            __builtin_prefetch(here + AHEAD / sizeof(Weight));
            const Vector weight = load(here);
#pragma GCC unroll 8
            for (int r = 0; r < R; ++r) total[n][r] += weight * inputs[r];
        }
    }
    for (int r = 0; r < R; ++r) {
        if constexpr (N == 4) {
            Four value = sums(total[0][r], total[1][r], total[2][r], total[3][r]);
            if (m.scale) value *= *reinterpret_cast<const Four*>(m.scale + first);
            put(m, y, r, first, value, add);
        } else {
            for (int n = 0; n < N; ++n) {
                const float scale = m.scale ? m.scale[first + n] : 1.0f;
                put(m, y, r, first + n, sum(total[n][r]) * scale, add);
            }
        }
    }
}

template <typename Weight, int R>
void linear(const Matrix& m, const float* x, float* y, bool add) {
    constexpr int together = R <= 5 ? 4 : 2;  // what fits the registers, beside x
    const long blocks = m.O / together;
#pragma omp for schedule(static)
    for (long block = 0; block <= blocks; ++block) {
        if (block < blocks) outputs<Weight, R, together>(m, x, y, block * together, add);
        else for (long o = blocks * together; o < m.O; ++o) outputs<Weight, R, 1>(m, x, y, o, add);
    }
}

template <typename Weight>
void linear(const Matrix& m, const float* x, float* y, long R, bool add) {
    switch (R) {
        case 1: return linear<Weight, 1>(m, x, y, add);
        case 2: return linear<Weight, 2>(m, x, y, add);
        case 3: return linear<Weight, 3>(m, x, y, add);
        case 4: return linear<Weight, 4>(m, x, y, add);
        case 5: return linear<Weight, 5>(m, x, y, add);
        case 6: return linear<Weight, 6>(m, x, y, add);
        case 7: return linear<Weight, 7>(m, x, y, add);
        default: return linear<Weight, 8>(m, x, y, add);
    }
}

#if defined(__AVX512VNNI__)  // 64 products of 8 bits at once: x is rounded to 8 bits, row by row

constexpr int MANY = 64;

template <int R, int N>
inline void outputs8(const Matrix& m, const uint8_t* x, const float* steps, float* y, long first,
                     bool add) {
    const int8_t* w = static_cast<const int8_t*>(m.weight) + first * m.I;
    __m512i total[N][R];
    for (int n = 0; n < N; ++n)
        for (int r = 0; r < R; ++r) total[n][r] = _mm512_setzero_si512();
    for (long i = 0; i < m.I; i += MANY) {
        __m512i inputs[R];
#pragma GCC unroll 8
        for (int r = 0; r < R; ++r) inputs[r] = _mm512_loadu_si512(x + r * m.I + i);
#pragma GCC unroll 4
        for (int n = 0; n < N; ++n) {
            __builtin_prefetch(w + n * m.I + i + AHEAD);
            const __m512i weight = _mm512_loadu_si512(w + n * m.I + i);
#pragma GCC unroll 8
            for (int r = 0; r < R; ++r)
                total[n][r] = _mm512_dpbusd_epi32(total[n][r], inputs[r], weight);
        }
    }
    // a sum of 16 numbers below 2^24 each is exact enough in float32: 8 bits made them
    for (int r = 0; r < R; ++r) {
        Vector whole[N];
        for (int n = 0; n < N; ++n) whole[n] = (Vector)_mm512_cvtepi32_ps(total[n][r]);
        if constexpr (N == 4) {
            const Four shift = {128.0f * m.sums[first], 128.0f * m.sums[first + 1],
                                128.0f * m.sums[first + 2], 128.0f * m.sums[first + 3]};
            const Four value = sums(whole[0], whole[1], whole[2], whole[3]) - shift;
            put(m, y, r, first, value * steps[r] * *reinterpret_cast<const Four*>(m.scale + first), add);
        } else {
            for (int n = 0; n < N; ++n) {
                const long o = first + n;
                put(m, y, r, o, (sum(whole[n]) - 128.0f * m.sums[o]) * steps[r] * m.scale[o], add);
            }
        }
    }
}

template <int R>
void linear8(const Matrix& m, const uint8_t* x, const float* steps, float* y, bool add) {
    constexpr int together = R <= 5 ? 4 : 2;
    const long blocks = m.O / together;
#pragma omp for schedule(static)
    for (long block = 0; block <= blocks; ++block) {
        if (block < blocks) outputs8<R, together>(m, x, steps, y, block * together, add);
        else for (long o = blocks * together; o < m.O; ++o) outputs8<R, 1>(m, x, steps, y, o, add);
    }
}

// `rounded` is room for R I bytes after R steps, shared by all threads
void linear8(const Matrix& m, const float* x, float* y, long R, bool add, float* rounded) {
    float* steps = rounded;
    uint8_t* q = reinterpret_cast<uint8_t*>(rounded + 8);
#pragma omp for schedule(static)
    for (long r = 0; r < R; ++r) {
        const float* row = x + r * m.I;
        float highest = 1e-20f;
        for (long i = 0; i < m.I; ++i) highest = std::fmax(highest, std::fabs(row[i]));
        steps[r] = highest / 127;
        const float factor = 127 / highest;
        for (long i = 0; i < m.I; ++i)  // to the nearest of -127 … 127, shifted to be positive
            q[r * m.I + i] = (uint8_t)(int)(row[i] * factor + 128.5f);
    }
    switch (R) {
        case 1: return linear8<1>(m, q, steps, y, add);
        case 2: return linear8<2>(m, q, steps, y, add);
        case 3: return linear8<3>(m, q, steps, y, add);
        case 4: return linear8<4>(m, q, steps, y, add);
        case 5: return linear8<5>(m, q, steps, y, add);
        case 6: return linear8<6>(m, q, steps, y, add);
        case 7: return linear8<7>(m, q, steps, y, add);
        default: return linear8<8>(m, q, steps, y, add);
    }
}

#endif

// y (R, O) = x Wᵀ + b, or the same added to y; called by all threads, and they wait at its end
void linear(const Matrix& m, const float* x, float* y, long R, bool add, float* rounded) {
    if (m.kind == 0) return linear<float>(m, x, y, R, add);
    if (m.kind == 1) return linear<uint16_t>(m, x, y, R, add);
#if defined(__AVX512VNNI__)
    if (m.I % MANY == 0) return linear8(m, x, y, R, add, rounded);
#endif
    return linear<int8_t>(m, x, y, R, add);
}

void rms_norm(const float* x, const float* weight, float* y, long n, float eps) {
    const float factor = 1.0f / std::sqrt(dot(x, x, n) / n + eps);
    for (long i = 0; i < n; ++i) y[i] = x[i] * factor * weight[i];
}

void layer_norm(const float* x, const float* weight, const float* bias, float* y, long n,
                float eps) {
    float mean = 0, variance = 0;
    for (long i = 0; i < n; ++i) mean += x[i];
    mean /= n;
    for (long i = 0; i < n; ++i) variance += (x[i] - mean) * (x[i] - mean);
    const float factor = 1.0f / std::sqrt(variance / n + eps);
    for (long i = 0; i < n; ++i) y[i] = (x[i] - mean) * factor * weight[i] + bias[i];
}

void norm(const Network& net, const float* x, const float* weight, const float* bias, float* y,
          long R) {
#pragma omp for schedule(static)
    for (long r = 0; r < R; ++r) {
        if (net.rms) rms_norm(x + r * net.D, weight, y + r * net.D, net.D, net.eps);
        else layer_norm(x + r * net.D, weight, bias, y + r * net.D, net.D, net.eps);
    }
}

// a head of W channels: its norm, then each pair (i, i + W/2) turned by the angle of its place
void prepare(const Network& net, float* head, const float* weight, long place) {
    if (weight) rms_norm(head, weight, head, net.W, net.eps);
    if (!net.cos) return;
    const float *cos = net.cos + place * net.W, *sin = net.sin + place * net.W;
    const long half = net.W / 2;
    for (long i = 0; i < half; ++i) {
        const float left = head[i], right = head[i + half];
        head[i] = left * cos[i] - right * sin[i];
        head[i + half] = right * cos[i + half] + left * sin[i + half];
    }
}

// softmax(q kᵀ / √W) v over the tokens first … last of one head; q is replaced by the result
void attend(float* q, const float* keys, const float* values, float* scores, long first, long last,
            long W) {
    const float factor = 1.0f / std::sqrt((float)W);
    float highest = -INFINITY, total = 0;
    for (long t = first; t <= last; ++t) {
        scores[t] = dot(q, keys + t * W, W) * factor;
        highest = scores[t] > highest ? scores[t] : highest;
    }
    for (long t = first; t <= last; ++t) {
        scores[t] = std::exp(scores[t] - highest);
        total += scores[t];
    }
    for (long i = 0; i < W; i += LANES) {
        Vector mixed = {};
        for (long t = first; t <= last; ++t) mixed += scores[t] * load(values + t * W + i);
        *reinterpret_cast<Vector*>(q + i) = mixed / total;
    }
}

// h (R, F), or gate and value (R, 2 F), to (R, F) in another place
void activate(const Network& net, const float* h, float* y, long R) {
    const long F = net.F, width = net.gated ? 2 * F : F;
#pragma omp for schedule(static) collapse(2)
    for (long r = 0; r < R; ++r) {
        for (long part = 0; part < F; part += LANES) {
            const float* row = h + r * width + part;
            float* target = y + r * F + part;
            for (int i = 0; i < LANES; ++i) {
                // GELU's tanh form with tanh written as exp, or SiLU
                const float cube = 0.044715f * row[i] * row[i] * row[i];
                const float u = net.gated ? row[i] : 1.5957691216f * (row[i] + cube);
                // not beyond what a float can hold: fast division knows no infinity
                const float e = std::exp(u < -80 ? 80 : -u);
                target[i] = row[i] / (1 + e) * (net.gated ? row[F + i] : 1.0f);
            }
        }
    }
}

}  // namespace

extern "C" {

// x (R, D): embedded tokens, changed on the way. store (L, 2, R, K, capacity, W) holds `length`
// tokens and gets one more; row r began at place begin[r]. logits (R, V). scratch: as many numbers
// as engines/compiled.py says.
void step(const Network* network, float* x, float* store, const long* begin, float* logits,
          float* scratch, long R, long length, long capacity, int threads) {
    const Network& net = *network;
    const long W = net.W, qkv_width = (net.H + 2 * net.K) * W, plane = R * net.K * capacity * W;
    float *h = scratch, *qkv = h + R * net.D, *heads = qkv + R * qkv_width;
    float *hidden = heads + R * net.H * W, *bent = hidden + R * 2 * net.F;
    float *rounded = bent + R * net.F, *scores = rounded + 8 + R * net.F + R * net.D;
#pragma omp parallel num_threads(threads)
    {
        for (long l = 0; l < net.L; ++l) {
            const Layer& layer = net.layers[l];
            float *keys = store + 2 * l * plane, *values = keys + plane;
            norm(net, x, layer.norm1, layer.norm1_bias, h, R);
            linear(layer.qkv, h, qkv, R, false, rounded);
#pragma omp for schedule(static) collapse(2)
            for (long r = 0; r < R; ++r) {
                for (long k = 0; k < net.K; ++k) {
                    float* key = qkv + r * qkv_width + (net.H + k) * W;
                    prepare(net, key, layer.k_norm, length - begin[r]);
                    const long at = ((r * net.K + k) * capacity + length) * W;
                    for (long i = 0; i < W; ++i) keys[at + i] = key[i];
                    for (long i = 0; i < W; ++i) values[at + i] = key[net.K * W + i];
                }
            }
#pragma omp for schedule(static)
            for (long pair = 0; pair < R * net.H; ++pair) {
                const long r = pair / net.H, head = pair % net.H, k = head / (net.H / net.K);
                float *q = qkv + r * qkv_width + head * W, *target = heads + pair * W;
                const long at = (r * net.K + k) * capacity * W;
                prepare(net, q, layer.q_norm, length - begin[r]);
                attend(q, keys + at, values + at, scores + pair * capacity, begin[r], length, W);
                for (long i = 0; i < W; ++i) target[i] = q[i];
            }
            linear(layer.out, heads, x, R, true, rounded);
            norm(net, x, layer.norm2, layer.norm2_bias, h, R);
            linear(layer.up, h, hidden, R, false, rounded);
            activate(net, hidden, bent, R);
            linear(layer.down, bent, x, R, true, rounded);
        }
        norm(net, x, net.norm, net.norm_bias, h, R);
        linear(net.head, h, logits, R, false, rounded);
    }
}

// y (R, O) = x Wᵀ + b for one to eight rows; rounded: room for 8 + R I / 4 numbers
void rows(const Matrix* m, const float* x, float* y, float* rounded, long R, int threads) {
#pragma omp parallel num_threads(threads)
    linear(*m, x, y, R, false, rounded);
}
}
