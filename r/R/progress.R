# Progress of a pull: data until here, text from here.

# One line per report: `status`, `status id`, or with amounts
# `id: status current/total percent`.
format_progress <- function(status, id, current, total, error) {
  amount <- ifelse(
    is.na(total) | total <= 0, format_bytes(current),
    sprintf(
      "%s/%s %.0f%%", format_bytes(current), format_bytes(total),
      floor(100 * current / total)
    )
  )
  plain <- ifelse(is.na(id), status, paste(status, id))
  moving <- paste0(ifelse(is.na(id), "", paste0(id, ": ")), status, " ", amount)
  text <- ifelse(is.na(current), plain, moving)
  ifelse(is.na(error), text, error)
}

format_bytes <- function(n) {
  unit <- findInterval(n, c(1000, 1e6, 1e9)) + 1L
  scaled <- n / c(1, 1000, 1e6, 1e9)[unit]
  ifelse(
    unit == 1L, sprintf("%.0f B", scaled),
    sprintf("%.2f %s", scaled, c("B", "kB", "MB", "GB")[unit])
  )
}

# Prints reports on standard output. On a terminal the moving ones overwrite
# each other; elsewhere each has its line.
new_progress_display <- function(con = stdout(), terminal = is_terminal(con)) {
  shown <- 0L

  list(
    show = function(p) {
      text <- format_progress(p$status, p$id, p$current, p$total, p$error)
      if (!terminal) {
        return(writeLines(text, con))
      }
      moving <- !is.na(p$current) & is.na(p$error)
      for (i in seq_along(text)) {
        blank <- strrep(" ", max(shown - nchar(text[[i]]), 0L))
        cat("\r", text[[i]], blank, if (!moving[[i]]) "\n", file = con, sep = "")
        shown <<- if (moving[[i]]) nchar(text[[i]]) else 0L
      }
    },
    done = function() {
      if (shown > 0L) {
        cat("\n", file = con)
        shown <<- 0L
      }
    }
  )
}
