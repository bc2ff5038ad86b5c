
// clang-format sorts includes unless SortIncludes: Never. However, the ordering
// does matter here. So, we need to disable clang-format for safety.

// clang-format off
#include <stdint.h>
#include <Rinternals.h>
#include <R_ext/Parse.h>
// clang-format on

#include "rust/api.h"

static uintptr_t TAGGED_POINTER_MASK = (uintptr_t)1;

SEXP handle_result(SEXP res_) {
    uintptr_t res = (uintptr_t)res_;

    // An error is indicated by tag.
    if ((res & TAGGED_POINTER_MASK) == 1) {
        // Remove tag
        SEXP res_aligned = (SEXP)(res & ~TAGGED_POINTER_MASK);

        // Currently, there are two types of error cases:
        //
        //   1. Error from Rust code
        //   2. Error from R's C API, which is caught by R_UnwindProtect()
        //
        if (TYPEOF(res_aligned) == CHARSXP) {
            // In case 1, the result is an error message that can be passed to
            // Rf_errorcall() directly.
            Rf_errorcall(R_NilValue, "%s", CHAR(res_aligned));
        } else {
            // In case 2, the result is the token to restart the
            // cleanup process on R's side.
            R_ContinueUnwind(res_aligned);
        }
    }

    return (SEXP)res;
}

SEXP savvy_native_attach__impl(SEXP c_arg__pointer, SEXP c_arg__id, SEXP c_arg__args, SEXP c_arg__how, SEXP c_arg__display) {
    SEXP res = savvy_native_attach__ffi(c_arg__pointer, c_arg__id, c_arg__args, c_arg__how, c_arg__display);
    return handle_result(res);
}

SEXP savvy_native_call__impl(SEXP c_arg__pointer, SEXP c_arg__endpoint, SEXP c_arg__args) {
    SEXP res = savvy_native_call__ffi(c_arg__pointer, c_arg__endpoint, c_arg__args);
    return handle_result(res);
}

SEXP savvy_native_client_close__impl(SEXP c_arg__pointer) {
    SEXP res = savvy_native_client_close__ffi(c_arg__pointer);
    return handle_result(res);
}

SEXP savvy_native_client_info__impl(SEXP c_arg__pointer) {
    SEXP res = savvy_native_client_info__ffi(c_arg__pointer);
    return handle_result(res);
}

SEXP savvy_native_client_new__impl(SEXP c_arg__settings) {
    SEXP res = savvy_native_client_new__ffi(c_arg__settings);
    return handle_result(res);
}

SEXP savvy_native_collect__impl(SEXP c_arg__pointer, SEXP c_arg__endpoint, SEXP c_arg__args, SEXP c_arg__tty) {
    SEXP res = savvy_native_collect__ffi(c_arg__pointer, c_arg__endpoint, c_arg__args, c_arg__tty);
    return handle_result(res);
}

SEXP savvy_native_container_run__impl(SEXP c_arg__pointer, SEXP c_arg__args, SEXP c_arg__how, SEXP c_arg__display) {
    SEXP res = savvy_native_container_run__ffi(c_arg__pointer, c_arg__args, c_arg__how, c_arg__display);
    return handle_result(res);
}

SEXP savvy_native_copy__impl(SEXP c_arg__pointer, SEXP c_arg__from, SEXP c_arg__to, SEXP c_arg__how) {
    SEXP res = savvy_native_copy__ffi(c_arg__pointer, c_arg__from, c_arg__to, c_arg__how);
    return handle_result(res);
}

SEXP savvy_native_exec__impl(SEXP c_arg__pointer, SEXP c_arg__args, SEXP c_arg__how, SEXP c_arg__display) {
    SEXP res = savvy_native_exec__ffi(c_arg__pointer, c_arg__args, c_arg__how, c_arg__display);
    return handle_result(res);
}

SEXP savvy_native_exec_start__impl(SEXP c_arg__pointer, SEXP c_arg__id, SEXP c_arg__detach, SEXP c_arg__tty, SEXP c_arg__display) {
    SEXP res = savvy_native_exec_start__ffi(c_arg__pointer, c_arg__id, c_arg__detach, c_arg__tty, c_arg__display);
    return handle_result(res);
}

SEXP savvy_native_find__impl(SEXP c_arg__settings) {
    SEXP res = savvy_native_find__ffi(c_arg__settings);
    return handle_result(res);
}

SEXP savvy_native_has_terminal__impl(void) {
    SEXP res = savvy_native_has_terminal__ffi();
    return handle_result(res);
}

SEXP savvy_native_log__impl(SEXP c_arg__pointer, SEXP c_arg__args, SEXP c_arg__display) {
    SEXP res = savvy_native_log__ffi(c_arg__pointer, c_arg__args, c_arg__display);
    return handle_result(res);
}

SEXP savvy_native_log_close__impl(SEXP c_arg__log) {
    SEXP res = savvy_native_log_close__ffi(c_arg__log);
    return handle_result(res);
}

SEXP savvy_native_log_outcome__impl(SEXP c_arg__log) {
    SEXP res = savvy_native_log_outcome__ffi(c_arg__log);
    return handle_result(res);
}

SEXP savvy_native_log_read__impl(SEXP c_arg__log) {
    SEXP res = savvy_native_log_read__ffi(c_arg__log);
    return handle_result(res);
}

SEXP savvy_native_meant__impl(SEXP c_arg__name, SEXP c_arg__known) {
    SEXP res = savvy_native_meant__ffi(c_arg__name, c_arg__known);
    return handle_result(res);
}

SEXP savvy_native_open__impl(SEXP c_arg__pointer, SEXP c_arg__endpoint, SEXP c_arg__args, SEXP c_arg__tty, SEXP c_arg__display) {
    SEXP res = savvy_native_open__ffi(c_arg__pointer, c_arg__endpoint, c_arg__args, c_arg__tty, c_arg__display);
    return handle_result(res);
}

SEXP savvy_native_put__impl(SEXP c_arg__pointer, SEXP c_arg__source, SEXP c_arg__args) {
    SEXP res = savvy_native_put__ffi(c_arg__pointer, c_arg__source, c_arg__args);
    return handle_result(res);
}

SEXP savvy_native_request__impl(SEXP c_arg__pointer, SEXP c_arg__request, SEXP c_arg__whole) {
    SEXP res = savvy_native_request__ffi(c_arg__pointer, c_arg__request, c_arg__whole);
    return handle_result(res);
}

SEXP savvy_native_save__impl(SEXP c_arg__pointer, SEXP c_arg__endpoint, SEXP c_arg__args, SEXP c_arg__file) {
    SEXP res = savvy_native_save__ffi(c_arg__pointer, c_arg__endpoint, c_arg__args, c_arg__file);
    return handle_result(res);
}

SEXP savvy_native_stream_cancel__impl(SEXP c_arg__stream) {
    SEXP res = savvy_native_stream_cancel__ffi(c_arg__stream);
    return handle_result(res);
}

SEXP savvy_native_stream_close__impl(SEXP c_arg__stream) {
    SEXP res = savvy_native_stream_close__ffi(c_arg__stream);
    return handle_result(res);
}

SEXP savvy_native_stream_container__impl(SEXP c_arg__stream) {
    SEXP res = savvy_native_stream_container__ffi(c_arg__stream);
    return handle_result(res);
}

SEXP savvy_native_stream_feed__impl(SEXP c_arg__stream, SEXP c_arg__bytes) {
    SEXP res = savvy_native_stream_feed__ffi(c_arg__stream, c_arg__bytes);
    return handle_result(res);
}

SEXP savvy_native_stream_outcome__impl(SEXP c_arg__stream) {
    SEXP res = savvy_native_stream_outcome__ffi(c_arg__stream);
    return handle_result(res);
}

SEXP savvy_native_stream_read__impl(SEXP c_arg__stream) {
    SEXP res = savvy_native_stream_read__ffi(c_arg__stream);
    return handle_result(res);
}

SEXP savvy_native_type__impl(SEXP c_arg__of, SEXP c_arg__args) {
    SEXP res = savvy_native_type__ffi(c_arg__of, c_arg__args);
    return handle_result(res);
}

SEXP savvy_native_untold__impl(void) {
    SEXP res = savvy_native_untold__ffi();
    return handle_result(res);
}

SEXP savvy_native_usage__impl(SEXP c_arg__pointer, SEXP c_arg__whose) {
    SEXP res = savvy_native_usage__ffi(c_arg__pointer, c_arg__whose);
    return handle_result(res);
}

SEXP savvy_native_usage_close__impl(SEXP c_arg__usage) {
    SEXP res = savvy_native_usage_close__ffi(c_arg__usage);
    return handle_result(res);
}

SEXP savvy_native_usage_is_open__impl(SEXP c_arg__usage) {
    SEXP res = savvy_native_usage_is_open__ffi(c_arg__usage);
    return handle_result(res);
}

SEXP savvy_native_usage_open__impl(SEXP c_arg__pointer, SEXP c_arg__whose) {
    SEXP res = savvy_native_usage_open__ffi(c_arg__pointer, c_arg__whose);
    return handle_result(res);
}

SEXP savvy_native_usage_read__impl(SEXP c_arg__usage, SEXP c_arg__seconds) {
    SEXP res = savvy_native_usage_read__ffi(c_arg__usage, c_arg__seconds);
    return handle_result(res);
}


static const R_CallMethodDef CallEntries[] = {
    {"savvy_native_attach__impl", (DL_FUNC) &savvy_native_attach__impl, 5},
    {"savvy_native_call__impl", (DL_FUNC) &savvy_native_call__impl, 3},
    {"savvy_native_client_close__impl", (DL_FUNC) &savvy_native_client_close__impl, 1},
    {"savvy_native_client_info__impl", (DL_FUNC) &savvy_native_client_info__impl, 1},
    {"savvy_native_client_new__impl", (DL_FUNC) &savvy_native_client_new__impl, 1},
    {"savvy_native_collect__impl", (DL_FUNC) &savvy_native_collect__impl, 4},
    {"savvy_native_container_run__impl", (DL_FUNC) &savvy_native_container_run__impl, 4},
    {"savvy_native_copy__impl", (DL_FUNC) &savvy_native_copy__impl, 4},
    {"savvy_native_exec__impl", (DL_FUNC) &savvy_native_exec__impl, 4},
    {"savvy_native_exec_start__impl", (DL_FUNC) &savvy_native_exec_start__impl, 5},
    {"savvy_native_find__impl", (DL_FUNC) &savvy_native_find__impl, 1},
    {"savvy_native_has_terminal__impl", (DL_FUNC) &savvy_native_has_terminal__impl, 0},
    {"savvy_native_log__impl", (DL_FUNC) &savvy_native_log__impl, 3},
    {"savvy_native_log_close__impl", (DL_FUNC) &savvy_native_log_close__impl, 1},
    {"savvy_native_log_outcome__impl", (DL_FUNC) &savvy_native_log_outcome__impl, 1},
    {"savvy_native_log_read__impl", (DL_FUNC) &savvy_native_log_read__impl, 1},
    {"savvy_native_meant__impl", (DL_FUNC) &savvy_native_meant__impl, 2},
    {"savvy_native_open__impl", (DL_FUNC) &savvy_native_open__impl, 5},
    {"savvy_native_put__impl", (DL_FUNC) &savvy_native_put__impl, 3},
    {"savvy_native_request__impl", (DL_FUNC) &savvy_native_request__impl, 3},
    {"savvy_native_save__impl", (DL_FUNC) &savvy_native_save__impl, 4},
    {"savvy_native_stream_cancel__impl", (DL_FUNC) &savvy_native_stream_cancel__impl, 1},
    {"savvy_native_stream_close__impl", (DL_FUNC) &savvy_native_stream_close__impl, 1},
    {"savvy_native_stream_container__impl", (DL_FUNC) &savvy_native_stream_container__impl, 1},
    {"savvy_native_stream_feed__impl", (DL_FUNC) &savvy_native_stream_feed__impl, 2},
    {"savvy_native_stream_outcome__impl", (DL_FUNC) &savvy_native_stream_outcome__impl, 1},
    {"savvy_native_stream_read__impl", (DL_FUNC) &savvy_native_stream_read__impl, 1},
    {"savvy_native_type__impl", (DL_FUNC) &savvy_native_type__impl, 2},
    {"savvy_native_untold__impl", (DL_FUNC) &savvy_native_untold__impl, 0},
    {"savvy_native_usage__impl", (DL_FUNC) &savvy_native_usage__impl, 2},
    {"savvy_native_usage_close__impl", (DL_FUNC) &savvy_native_usage_close__impl, 1},
    {"savvy_native_usage_is_open__impl", (DL_FUNC) &savvy_native_usage_is_open__impl, 1},
    {"savvy_native_usage_open__impl", (DL_FUNC) &savvy_native_usage_open__impl, 2},
    {"savvy_native_usage_read__impl", (DL_FUNC) &savvy_native_usage_read__impl, 2},
    {NULL, NULL, 0}
};

void R_init_stevedore(DllInfo *dll) {
    R_registerRoutines(dll, NULL, CallEntries, NULL, NULL);
    R_useDynamicSymbols(dll, FALSE);

    // Functions for initialization, if any.

}
