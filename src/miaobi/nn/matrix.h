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

#elif defined(__AVX512BW__) || (defined(__AVX2__) && !defined(__AVX512F__))

struct Rounded {  // products of 16 bits, two for each of the lanes
    typedef int8_t Weight;
    typedef int16_t Input;
    static constexpr bool ROUNDS = true;
    static constexpr int STEP = 2 * LANES, SHIFT = 0;
    // the sum in a lane holds I / LANES products with at most 127, and has 31 bits
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

// what the sum of an output's products stands for
template <class Kind>
inline float meant(const Matrix& m, float value, const float* steps, long r, long o) {
    if constexpr (Kind::ROUNDS) {
        if constexpr (Kind::SHIFT != 0) value -= (float)Kind::SHIFT * m.sums[o];
        value *= steps[r];
    }
    if (m.scale) value *= m.scale[o];
    return m.bias ? value + m.bias[o] : value;
}

// The products of R rows of x and N rows of weights, U vectors at a time; returns how far it came.
// Memory is quickest when it is read straight on, so N is 1 unless sums would wait for each other.
template <class Kind, int R, int N, int U>
inline long sum_up(typename Kind::Total (*total)[R][U], const typename Kind::Weight* w,
                   const typename Kind::Input* x, long i, long I) {
    const long soon = N == 1 ? AHEAD / sizeof(*w) : N * I;  // read by then; or the rows to come
    for (; i + U * Kind::STEP <= I; i += U * Kind::STEP) {
#pragma GCC unroll 4
        for (int u = 0; u < U; ++u) {
            const long at = i + u * Kind::STEP;
            typename Kind::Part part[N];
#pragma GCC unroll 2
            for (int n = 0; n < N; ++n) {
                __builtin_prefetch(w + n * I + at + soon);
                part[n] = Kind::part(w + n * I + at);
            }
#pragma GCC unroll 8
            for (int r = 0; r < R; ++r)
#pragma GCC unroll 2
                for (int n = 0; n < N; ++n)
                    total[n][r][u] = Kind::plus(total[n][r][u], part[n], x + r * I + at);
        }
    }
    return i;
}

template <class Kind, int R, int N, int U>  // R rows of x, N outputs from number `first` on
inline void outputs(const Matrix& m, const typename Kind::Input* x, const float* steps, float* y,
                    long first, bool add) {
    const auto* w = static_cast<const typename Kind::Weight*>(m.weight) + first * m.I;
    typename Kind::Total total[N][R][U] = {}, rest[N][R][1] = {};
    const long i = sum_up<Kind, R, N, U>(total, w, x, 0, m.I);
    if (U > 1) sum_up<Kind, R, N, 1>(rest, w, x, i, m.I);
    for (int n = 0; n < N; ++n) {
        for (int r = 0; r < R; ++r) {
            Vector whole = Kind::whole(rest[n][r][0]);
            for (int u = 0; u < U; ++u) whole += Kind::whole(total[n][r][u]);
            float& target = y[r * m.O + first + n];
            const float value = meant<Kind>(m, sum(whole), steps, r, first + n);
            target = add ? target + value : value;
        }
    }
}

// the outputs from `first` up to `end`
template <class Kind, int R>
void multiply(const Matrix& m, const typename Kind::Input* x, const float* steps, float* y, long first,
              long end, bool add) {
    // a sum of floats takes four cycles: there have to be eight of them, and registers for all
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
