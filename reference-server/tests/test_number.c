/* SPDX-License-Identifier: MIT */
/* test_number.c - which texts are numbers, and which numbers they are. */
#include <inttypes.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bytes/number.h"
#include "reports/check.h"

#define NOT_A_NUMBER "not a number"

struct reading {
    const char *text;
    const char *u64, *u32, *i32; /* what comes out, or NOT_A_NUMBER */
};

#define N NOT_A_NUMBER
static const struct reading readings[] = {
    {"0", "0", "0", "0"},
    {"7", "7", "7", "7"},
    {"007", "7", "7", "7"},
    {"+5", "5", "5", "5"},
    {" 5", "5", "5", "5"},
    {"\t\n\v\f\r5", "5", "5", "5"},
    {"5 ", "5", "5", "5"},
    {"5 x", "5", "5", "5"},
    {"5\tx", "5", "5", "5"},
    {"", N, N, N},
    {" ", N, N, N},
    {"-", N, N, N},
    {"+", N, N, N},
    {"+-1", N, N, N},
    {"- 1", N, N, N},
    {"x", N, N, N},
    {"5x", N, N, N},
    {"0x1", N, N, N},
    {"1.5", N, N, N},
    {"1e3", N, N, N},
    {"2147483647", "2147483647", "2147483647", "2147483647"},
    {"2147483648", "2147483648", "2147483648", "-2147483648"},
    {"4294967295", "4294967295", "4294967295", "-1"},
    {"4294967296", "4294967296", "0", "0"},
    {"4294967303", "4294967303", "7", "7"},
    {"9223372036854775807", "9223372036854775807", "4294967295", "-1"},
    {"9223372036854775808", "9223372036854775808", "0", N},
    {"18446744073709551615", "18446744073709551615", "4294967295", N},
    {"18446744073709551616", N, N, N},
    {"18446744073709551620", N, N, N},
    {"99999999999999999999", N, N, N},
    {"-0", "0", "0", "0"},
    {"-1", N, N, "-1"},
    {"-2147483648", N, N, "-2147483648"},
    {"-2147483649", N, N, "2147483647"},
    {"-9223372036854775808", N, N, "0"},
    {"-9223372036854775809", "9223372036854775807", "4294967295", N},
    {"-18446744073709551615", "1", "1", N},
    {"-18446744073709551616", N, N, N},
    {"9223372036854775808 -", N, N, N},
};
#undef N

static void check_reading(const struct reading *reading, struct slice text) {
    char claim[80], got_u64[32] = NOT_A_NUMBER, got_u32[32] = NOT_A_NUMBER,
                    got_i32[32] = NOT_A_NUMBER;
    uint64_t u64;
    uint32_t u32;
    int32_t i32;

    if (number_read_u64(text, &u64))
        snprintf(got_u64, sizeof(got_u64), "%" PRIu64, u64);
    if (number_read_u32(text, &u32))
        snprintf(got_u32, sizeof(got_u32), "%" PRIu32, u32);
    if (number_read_i32(text, &i32))
        snprintf(got_i32, sizeof(got_i32), "%" PRId32, i32);
    snprintf(claim, sizeof(claim), "'%.30s' as 64 bits",
             reading->text[0] < ' ' ? "white space" : reading->text);
    CHECK_TEXT(got_u64, reading->u64, claim);
    snprintf(claim, sizeof(claim), "'%.30s' as 32 bits",
             reading->text[0] < ' ' ? "white space" : reading->text);
    CHECK_TEXT(got_u32, reading->u32, claim);
    snprintf(claim, sizeof(claim), "'%.30s' as signed 32 bits",
             reading->text[0] < ' ' ? "white space" : reading->text);
    CHECK_TEXT(got_i32, reading->i32, claim);
}

/* Every text is put directly before a page that may not be read. */
static void check_readings(void) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED || mprotect(pages + page, page, PROT_NONE) != 0) {
        CHECK(false, "a guard page can be had");
        return;
    }
    for (size_t i = 0; i < sizeof(readings) / sizeof(readings[0]); i++) {
        size_t length = strlen(readings[i].text);
        char *at = pages + page - length;
        if (length > 0)
            memcpy(at, readings[i].text, length);
        check_reading(&readings[i], (struct slice){at, length});
    }
    munmap(pages, 2 * page);
}

static void check_nul(void) {
    uint64_t number = 0;
    CHECK(number_read_u64((struct slice){"5\0x", 3}, &number) && number == 5,
          "a NUL ends a number");
    CHECK(!number_read_u64((struct slice){"\0"
                                          "5",
                                          2},
                           &number),
          "a NUL is no digit");
}

static void check_writing(void) {
    static const struct {
        uint64_t number;
        const char *text;
    } writings[] = {{0, "0"},
                    {9, "9"},
                    {10, "10"},
                    {4294967296, "4294967296"},
                    {UINT64_MAX, "18446744073709551615"}};
    for (size_t i = 0; i < sizeof(writings) / sizeof(writings[0]); i++) {
        char digits[NUMBER_DIGITS_MAX];
        size_t length = (size_t)(number_write(digits, writings[i].number) - digits);
        CHECK_BYTES(digits, length, writings[i].text, strlen(writings[i].text), writings[i].text);
    }
}

int main(void) {
    check_readings();
    check_nul();
    check_writing();
    return check_finish();
}
