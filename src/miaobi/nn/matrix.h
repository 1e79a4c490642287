// y = x Wᵀ + b for one to eight rows of x; every weight is read from memory once for all rows.
//
// A Kind defines the types of weights and inputs and their multiply-accumulate. For int8 weights, x
// is quantized per row: to 8 bits with VNNI, to 16 bits with AVX2; otherwise it stays float32.

#pragma once

#include <cmath>

#include "vectors.h"

extern "C" struct Matrix {
    const void* weight;  // (O, I)
    const float* scale;  // (O) with int8, else null
    const int32_t* sums; // (O) with int8: sums of the weights of each output, else null
    const float* bias;   // (O) or null
    long O, I;
    int kind;  // 0 float32, 1 bfloat16, 2 int8
};

namespace {

constexpr int AHEAD = 2048;  // prefetch distance in bytes
constexpr int MOST_ROWS = 8;

template <typename Number>
struct Exact {  // float32, bfloat16, or int8 converted to float32
    typedef Number Weight;
    typedef float Input;
    typedef Vector Part;
    typedef Vector Total;
    static constexpr bool ROUNDS = false;
    static constexpr int STEP = LANES;
    static Part part(const Weight* w) { return load(w); }
    static Total plus(Total total, Part weight, const Input* x) { return total + weight * load(x); }
    static Vector whole(Total total) { return total; }
};

#if defined(__AVX512VNNI__)

struct Rounded {  // 64 products of 8 bits at once; x is shifted by 128 to be unsigned
    typedef int8_t Weight;
    typedef uint8_t Input;
    typedef __m512i Part;
    typedef __m512i Total;
    static constexpr bool ROUNDS = true;
    static constexpr int STEP = 64, SHIFT = 128;
    static float highest(long) { return 127; }
    static Part part(const Weight* w) { return _mm512_loadu_si512(w); }
    static Total plus(Total total, Part weight, const Input* x) {
        return _mm512_dpbusd_epi32(total, _mm512_loadu_si512(x), weight);
    }
    // float32 is exact enough for sums of 16 numbers below 2^24
    static Vector whole(Total total) { return (Vector)_mm512_cvtepi32_ps(total); }
};

#elif defined(__AVX512BW__) || (defined(__AVX2__) && !defined(__AVX512F__))

struct Rounded {  // products of 16 bits, two per lane
    typedef int8_t Weight;
    typedef int16_t Input;
    static constexpr bool ROUNDS = true;
    static constexpr int STEP = 2 * LANES, SHIFT = 0;
    // limit of x so that the sum of I / LANES products with weights up to 127 fits 31 bits
    static float highest(long I) { return std::fmin(32767.0f, LANES * 16909320.0f / I); }
#if defined(__AVX512BW__)
    typedef __m512i Part;
    typedef __m512i Total;
    static Part part(const Weight* w) { return _mm512_cvtepi8_epi16(_mm256_loadu_si256((const __m256i*)w)); }
    static Total plus(Total total, Part weight, const Input* x) {
        return _mm512_add_epi32(total, _mm512_madd_epi16(weight, _mm512_loadu_si512(x)));
    }
    static Vector whole(Total total) { return (Vector)_mm512_cvtepi32_ps(total); }
#else
    typedef __m256i Part;
    typedef __m256i Total;
    static Part part(const Weight* w) { return _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i*)w)); }
    static Total plus(Total total, Part weight, const Input* x) {
        const __m256i inputs = _mm256_loadu_si256((const __m256i*)x);
        return _mm256_add_epi32(total, _mm256_madd_epi16(weight, inputs));
    }
    static Vector whole(Total total) { return (Vector)_mm256_cvtepi32_ps(total); }
#endif
};

#else

typedef Exact<int8_t> Rounded;

#endif

// quantize x (R, I) per row to q; steps (R) are the scales
template <class Kind>
void round_rows(const float* x, typename Kind::Input* q, float* steps, long R, long I) {
    const float limit = Kind::highest(I);
    for (long r = 0; r < R; ++r) {
        const float* row = x + r * I;
        float highest = 1e-20f;
        for (long i = 0; i < I; ++i) highest = std::fmax(highest, std::fabs(row[i]));
        steps[r] = highest / limit;
        const float factor = limit / highest;
        for (long i = 0; i < I; ++i)  // round to nearest; the offset makes the truncated value positive
            q[r * I + i] = (typename Kind::Input)((int)(row[i] * factor + 32768.5f) - 32768 + Kind::SHIFT);
    }
}

// dequantize the sum of the products of output o and add its bias
template <class Kind>
inline float dequantize(const Matrix& m, float value, const float* steps, long r, long o) {
    if constexpr (Kind::ROUNDS) {
        if constexpr (Kind::SHIFT != 0) value -= (float)Kind::SHIFT * m.sums[o];
        value *= steps[r];
    }
    if (m.scale) value *= m.scale[o];
    return m.bias ? value + m.bias[o] : value;
}

// Accumulate products of R rows of x and N rows of weights, U vectors at a time, from i on; return
// the end. Sequential reads are the fastest, so N is 1 unless dependent sums would stall.
template <class Kind, int R, int N, int U>
inline long accumulate(typename Kind::Total (*total)[R][U], const typename Kind::Weight* w,
                   const typename Kind::Input* x, long i, long I) {
    const long ahead = N == 1 ? AHEAD / sizeof(*w) : N * I;  // prefetch distance, or the next rows
    for (; i + U * Kind::STEP <= I; i += U * Kind::STEP) {
#pragma GCC unroll 4
        for (int u = 0; u < U; ++u) {
            const long j = i + u * Kind::STEP;
            typename Kind::Part part[N];
#pragma GCC unroll 2
            for (int n = 0; n < N; ++n) {
                __builtin_prefetch(w + n * I + j + ahead);
                part[n] = Kind::part(w + n * I + j);
            }
#pragma GCC unroll 8
            for (int r = 0; r < R; ++r)
#pragma GCC unroll 2
                for (int n = 0; n < N; ++n)
                    total[n][r][u] = Kind::plus(total[n][r][u], part[n], x + r * I + j);
        }
    }
    return i;
}

// N outputs of R rows, from number `first` on
template <class Kind, int R, int N, int U>
inline void outputs(const Matrix& m, const typename Kind::Input* x, const float* steps, float* y,
                    long first, bool add) {
    const auto* w = static_cast<const typename Kind::Weight*>(m.weight) + first * m.I;
    typename Kind::Total total[N][R][U] = {}, rest[N][R][1] = {};
    const long i = accumulate<Kind, R, N, U>(total, w, x, 0, m.I);
    if (U > 1) accumulate<Kind, R, N, 1>(rest, w, x, i, m.I);
    for (int n = 0; n < N; ++n) {
        for (int r = 0; r < R; ++r) {
            Vector whole = Kind::whole(rest[n][r][0]);
            for (int u = 0; u < U; ++u) whole += Kind::whole(total[n][r][u]);
            float& output = y[r * m.O + first + n];
            const float value = dequantize<Kind>(m, sum(whole), steps, r, first + n);
            output = add ? output + value : value;
        }
    }
}

// outputs from `first` up to `end`
template <class Kind, int R>
void multiply(const Matrix& m, const typename Kind::Input* x, const float* steps, float* y, long first,
              long end, bool add) {
    // an addition takes four cycles, so at least eight independent sums, which must fit the registers
    constexpr int N = !Kind::ROUNDS && R > 3 && 2 * R + 3 <= REGISTERS ? 2 : 1;
    constexpr int U = R > 3 ? 1 : 4;
    for (; first + N <= end; first += N) outputs<Kind, R, N, U>(m, x, steps, y, first, add);
    for (; first < end; ++first) outputs<Kind, R, 1, U>(m, x, steps, y, first, add);
}

template <class Kind>
void multiply(const Matrix& m, const typename Kind::Input* x, const float* steps, float* y, long first,
              long end, long R, bool add) {
    switch (R) {
        case 1: return multiply<Kind, 1>(m, x, steps, y, first, end, add);
        case 2: return multiply<Kind, 2>(m, x, steps, y, first, end, add);
        case 3: return multiply<Kind, 3>(m, x, steps, y, first, end, add);
        case 4: return multiply<Kind, 4>(m, x, steps, y, first, end, add);
        case 5: return multiply<Kind, 5>(m, x, steps, y, first, end, add);
        case 6: return multiply<Kind, 6>(m, x, steps, y, first, end, add);
        case 7: return multiply<Kind, 7>(m, x, steps, y, first, end, add);
        default: return multiply<Kind, 8>(m, x, steps, y, first, end, add);
    }
}

// call visit with the Kind of the weights of a matrix
template <class Visit>
auto with_kind(const Matrix& m, Visit visit) {
    if (m.kind == 0) return visit(Exact<float>{});
    if (m.kind == 1) return visit(Exact<uint16_t>{});
    return m.I % Rounded::STEP == 0 ? visit(Rounded{}) : visit(Exact<int8_t>{});
}

// x (R, I) as input of the matrix: itself, or quantized into `scratch` (8 + R I / 2 floats)
const void* prepared(const Matrix& m, const float* x, float* scratch, long R) {
    return with_kind(m, [&](auto kind) -> const void* {
        typedef decltype(kind) Kind;
        if constexpr (Kind::ROUNDS) {
            auto* q = reinterpret_cast<typename Kind::Input*>(scratch + MOST_ROWS);
            round_rows<Kind>(x, q, scratch, R, m.I);
            return q;
        } else return x;
    });
}

// set outputs y (R, O) from `first` up to `end`, or add to them; x and scratch from `prepared`
void multiply(const Matrix& m, const void* x, const float* scratch, float* y, long first, long end, long R,
              bool add) {
    with_kind(m, [&](auto kind) {
        typedef decltype(kind) Kind;
        multiply<Kind>(m, static_cast<const typename Kind::Input*>(x), scratch, y, first, end, R, add);
    });
}

}  // namespace
