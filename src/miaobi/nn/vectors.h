// Vectors of floats, and loads of float32, bfloat16 and int8 weights into them.
//
// The portable forms use vector extensions of GCC; some of them compile to code many times slower
// than AVX2 and AVX-512 intrinsics, so these have their own.

#pragma once

#include <cstdint>

#if defined(__AVX512F__) || defined(__AVX2__)
#include <immintrin.h>
#endif

namespace {

#if defined(__AVX512F__)
constexpr int LANES = 16, REGISTERS = 32;
#elif defined(__AVX2__)
constexpr int LANES = 8, REGISTERS = 16;
#else
constexpr int LANES = 4, REGISTERS = 16;
#endif

constexpr int LINE = 16;  // floats in a cache line; widths are multiples of it

typedef float Vector __attribute__((vector_size(LANES * 4), aligned(4)));

inline Vector load(const float* p) { return *reinterpret_cast<const Vector*>(p); }

#if defined(__AVX512F__)

inline Vector load(const uint16_t* p) {  // bfloat16 is the upper half of float32
    const __m512i words = _mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i*)p));
    return (Vector)_mm512_slli_epi32(words, 16);
}

inline Vector load(const int8_t* p) {
    return (Vector)_mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i*)p)));
}

inline float sum(Vector v) { return _mm512_reduce_add_ps((__m512)v); }

#elif defined(__AVX2__)

inline Vector load(const uint16_t* p) {
    const __m256i words = _mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i*)p));
    return (Vector)_mm256_slli_epi32(words, 16);
}

inline Vector load(const int8_t* p) {
    return (Vector)_mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_loadl_epi64((const __m128i*)p)));
}

inline float sum(Vector v) {
    const __m256 all = (__m256)v;
    const __m128 four = _mm_add_ps(_mm256_castps256_ps128(all), _mm256_extractf128_ps(all, 1));
    const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
}

#else

typedef uint32_t Words __attribute__((vector_size(LANES * 4), aligned(4)));
typedef uint16_t Halves __attribute__((vector_size(LANES * 2), aligned(2)));
typedef int8_t Bytes __attribute__((vector_size(LANES), aligned(1)));

inline Vector load(const uint16_t* p) {
    const Words words = __builtin_convertvector(*reinterpret_cast<const Halves*>(p), Words) << 16;
    return (Vector)words;
}

inline Vector load(const int8_t* p) {
    return __builtin_convertvector(*reinterpret_cast<const Bytes*>(p), Vector);
}

inline float sum(Vector v) { return v[0] + v[1] + v[2] + v[3]; }

#endif

inline float dot(const float* a, const float* b, long n) {
    Vector total = {};
    for (long i = 0; i < n; i += LANES) total += load(a + i) * load(b + i);
    return sum(total);
}

}  // namespace
