// Vectors of floats on this processor, and weights read into them: float32, bfloat16, 8 bits.
//
// The general forms are GCC's own vectors. What GCC makes of some of them is many times slower than
// what AVX2 and AVX-512 can do, so these have their own.

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
typedef float Four __attribute__((vector_size(16), aligned(4)));

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

#elif defined(__AVX2__)

inline Vector load(const uint16_t* p) {
    const __m256i words = _mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i*)p));
    return (Vector)_mm256_slli_epi32(words, 16);
}

inline Vector load(const int8_t* p) {
    return (Vector)_mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_loadl_epi64((const __m128i*)p)));
}

inline Four halves(__m256 v) {
    return (Four)_mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
}

inline Four sums(Vector a, Vector b, Vector c, Vector d) {
    const __m256 ab = _mm256_hadd_ps((__m256)a, (__m256)b), cd = _mm256_hadd_ps((__m256)c, (__m256)d);
    return halves(_mm256_hadd_ps(ab, cd));
}

inline float sum(Vector v) {
    const Four four = halves((__m256)v);
    return four[0] + four[1] + four[2] + four[3];
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

inline Four sums(Vector a, Vector b, Vector c, Vector d) { return Four{sum(a), sum(b), sum(c), sum(d)}; }

#endif

inline float dot(const float* a, const float* b, long n) {
    Vector total = {};
    for (long i = 0; i < n; i += LANES) total += load(a + i) * load(b + i);
    return sum(total);
}

}  // namespace
