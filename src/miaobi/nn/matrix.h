// y = x Wᵀ + b for one to eight rows x: every weight is read from memory once, for all rows.
//
// A kind of weights says how x is prepared, what a step of a sum is, and what comes of it. Weights
// of 8 bits meet an x that is rounded row by row, to 8 bits where the processor has VNNI and to 16
// bits with AVX2; elsewhere x stays as it is.

#pragma once

#include <cmath>

#include "vectors.h"

extern "C" struct Matrix {
    const void* weight;  // (O, I)
    const float* scale;  // (O) with int8, else null
    const int32_t* sums; // (O) with int8: the sum of an output's weights, else null
    const float* bias;   // (O) or null
    long O, I;
    int kind;  // 0 float32, 1 bfloat16, 2 int8
};

namespace {

constexpr int AHEAD = 2048;  // bytes: what will be needed by then is on its way
constexpr int MOST_ROWS = 8;

template <typename Number>
struct Exact {  // float32, bfloat16, or 8 bits that are spread out to float32
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

struct Rounded {  // 64 products of 8 bits at once; x is shifted by 128 to be positive
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
    // a sum of 16 numbers below 2^24 each is exact enough in float32: 8 bits made them
    static Vector whole(Total total) { return (Vector)_mm512_cvtepi32_ps(total); }
};

#elif defined(__AVX2__)

struct Rounded {  // 16 products of 16 bits at once
    typedef int8_t Weight;
    typedef int16_t Input;
    typedef __m256i Part;
    typedef __m256i Total;
    static constexpr bool ROUNDS = true;
    static constexpr int STEP = 16, SHIFT = 0;
    // each of 8 sums holds I / 8 products with at most 127, and has 31 bits
    static float highest(long I) { return std::fmin(32767.0f, 8 * 16909320.0f / I); }
    static Part part(const Weight* w) { return _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i*)w)); }
    static Total plus(Total total, Part weight, const Input* x) {
        const __m256i inputs = _mm256_loadu_si256((const __m256i*)x);
        return _mm256_add_epi32(total, _mm256_madd_epi16(weight, inputs));
    }
    static Vector whole(Total total) { return (Vector)_mm256_cvtepi32_ps(total); }
};

#else

typedef Exact<int8_t> Rounded;

#endif

// x (R, I) rounded row by row, and what one step of each row is worth
template <class Kind>
void round_rows(const float* x, typename Kind::Input* q, float* steps, long R, long I) {
    const float most = Kind::highest(I);
    for (long r = 0; r < R; ++r) {
        const float* row = x + r * I;
        float highest = 1e-20f;
        for (long i = 0; i < I; ++i) highest = std::fmax(highest, std::fabs(row[i]));
        steps[r] = highest / most;
        const float factor = most / highest;
        for (long i = 0; i < I; ++i)  // to the nearest: what is cut off is positive
            q[r * I + i] = (typename Kind::Input)((int)(row[i] * factor + 32768.5f) - 32768 + Kind::SHIFT);
    }
}

// what a sum of rounded products stands for, or the sum itself
template <class Kind, typename Value>
inline Value meant(const Matrix& m, Value value, const float* steps, long r, long o) {
    if constexpr (Kind::ROUNDS) {
        if constexpr (Kind::SHIFT != 0) {
            if constexpr (sizeof(Value) == 4) value -= (float)Kind::SHIFT * m.sums[o];
            else for (int n = 0; n < 4; ++n) value[n] -= (float)Kind::SHIFT * m.sums[o + n];
        }
        value *= steps[r];
    }
    if (m.scale) value *= *reinterpret_cast<const Value*>(m.scale + o);
    if (m.bias) value += *reinterpret_cast<const Value*>(m.bias + o);
    return value;
}

template <class Kind, int R, int N>  // R rows of x, N outputs from number `first` on
inline void outputs(const Matrix& m, const typename Kind::Input* x, const float* steps, float* y,
                    long first, bool add) {
    typedef typename Kind::Weight Weight;
    const Weight* w = static_cast<const Weight*>(m.weight) + first * m.I;
    typename Kind::Total total[N][R] = {};
    for (long i = 0; i < m.I; i += Kind::STEP) {
        typename Kind::Part part[N];
#pragma GCC unroll 4
        for (int n = 0; n < N; ++n) {
            __builtin_prefetch(w + n * m.I + i + AHEAD / sizeof(Weight));
            part[n] = Kind::part(w + n * m.I + i);
        }
#pragma GCC unroll 8
        for (int r = 0; r < R; ++r)
#pragma GCC unroll 4
            for (int n = 0; n < N; ++n) total[n][r] = Kind::plus(total[n][r], part[n], x + r * m.I + i);
    }
    for (int r = 0; r < R; ++r) {
        float* target = y + r * m.O + first;
        Vector whole[N];
        for (int n = 0; n < N; ++n) whole[n] = Kind::whole(total[n][r]);
        if constexpr (N == 4) {
            const Four value = sums(whole[0], whole[1], whole[2], whole[3]);
            Four& four = *reinterpret_cast<Four*>(target);
            four = meant<Kind>(m, value, steps, r, first) + (add ? four : Four{});
        } else {
            for (int n = 0; n < N; ++n) {
                const float value = meant<Kind>(m, sum(whole[n]), steps, r, first + n);
                target[n] = add ? target[n] + value : value;
            }
        }
    }
}

constexpr int together(int R) {  // outputs whose sums fit the registers, beside weights and an x
    for (int N = 4; N > 1; N /= 2)
        if (N * R + N + 1 <= REGISTERS) return N;
    return 1;
}

// the outputs from `first` up to `end`
template <class Kind, int R>
void multiply(const Matrix& m, const typename Kind::Input* x, const float* steps, float* y, long first,
              long end, bool add) {
    constexpr int N = together(R);
    for (; first + N <= end; first += N) outputs<Kind, R, N>(m, x, steps, y, first, add);
    for (; first < end; ++first) outputs<Kind, R, 1>(m, x, steps, y, first, add);
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

// visit(kind) with the kind of weights that a matrix has
template <class Visit>
auto with_kind(const Matrix& m, Visit visit) {
    if (m.kind == 0) return visit(Exact<float>{});
    if (m.kind == 1) return visit(Exact<uint16_t>{});
    return m.I % Rounded::STEP == 0 ? visit(Rounded{}) : visit(Exact<int8_t>{});
}

// x (R, I) as the matrix wants it: itself, or rounded into `room`, 8 + R I / 2 floats
const void* prepared(const Matrix& m, const float* x, float* room, long R) {
    return with_kind(m, [&](auto kind) -> const void* {
        typedef decltype(kind) Kind;
        if constexpr (Kind::ROUNDS) {
            auto* q = reinterpret_cast<typename Kind::Input*>(room + MOST_ROWS);
            round_rows<Kind>(x, q, room, R, m.I);
            return q;
        } else return x;
    });
}

// the outputs y (R, O) from `first` up to `end`, set or added to; x and room as from `prepared`
void multiply(const Matrix& m, const void* x, const float* room, float* y, long first, long end, long R,
              bool add) {
    with_kind(m, [&](auto kind) {
        typedef decltype(kind) Kind;
        multiply<Kind>(m, static_cast<const typename Kind::Input*>(x), room, y, first, end, R, add);
    });
}

}  // namespace
