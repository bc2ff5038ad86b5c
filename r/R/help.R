# The help that methods carry: what they do, their arguments, and the command
# of the docker program that is most alike.

about <- function(name, summary, description = NULL, cli = NULL,
                  args = character()) {
  list(
    summary = summary, description = description, args = args, cli = cli,
    name = name
  )
}

help_of_help <- about(
  "help", "Open the help page of this object.",
  args = c(
    help_type = "How to show it, such as `\"text\"` or `\"html\"`; see `?help`."
  )
)

reload_arg <- c(
  reload = paste(
    "Ask the engine first? With `FALSE` the answer is what was known when",
    "the object last asked."
  )
)

remove_args <- c(
  delete_volumes = "Also remove the anonymous volumes that belong to it.",
  force = "Kill the container first if it is running.",
  link = "Remove the link of this name rather than the container."
)

help_texts <- list(
  docker_client = list(
    ping = about(
      "ping", "Ask the engine for a sign of life.",
      "A quick way to find out whether it can be reached."
    ),
    version = about(
      "version", "Version information about the engine.",
      cli = "version"
    ),
    api_version = about(
      "api_version", "The version of the API that this client speaks.",
      "It was agreed on with the engine when the client was made, or asked for."
    ),
    connection_info = about(
      "connection_info", "Where this client connects to, and how."
    ),
    help = help_of_help
  ),
  docker_container_collection = list(
    create = about(
      "create", "Create a container, without starting it.",
      cli = "create",
      args = c(
        image = "Image to make the container from.",
        cmd = paste(
          "Command to run: a character vector with one element per word, or",
          "`I(\"a command line\")`, which is split as a shell would split it."
        ),
        hostname = "Host name within the container.",
        domainname = "Domain name within the container.",
        user = "User (and group) that the command runs as.",
        attach_stdin = "Attach to standard input?",
        attach_stdout = "Attach to standard output?",
        attach_stderr = "Attach to standard error?",
        ports = paste(
          "Ports to publish, as `container`, `host:container`,",
          "`ip:host:container` or `ip::container`, with `/udp` or `/sctp` for",
          "other protocols than tcp. `TRUE` publishes all exposed ports on",
          "ports that the engine picks."
        ),
        tty = "Give the container a terminal?",
        open_stdin = "Keep standard input open?",
        stdin_once = "Close standard input after the first client detached?",
        env = paste(
          "Environment variables, as a named character vector or a named list."
        ),
        health_check = "How to test that the container is healthy: a named list.",
        args_escaped = "Is the command escaped already? (Windows)",
        volumes = paste(
          "Volumes and host paths to mount, as `source:path` or",
          "`source:path:ro`."
        ),
        working_dir = "Directory that the command starts in.",
        entrypoint = "Program that `cmd` is handed to.",
        network_disabled = "Give the container no network?",
        mac_address = "MAC address of the container.",
        on_build = "Triggers for later builds, kept from the image.",
        labels = "Labels, as a named character vector or list.",
        stop_signal = "Signal that stops the container.",
        stop_timeout = "Seconds from that signal until it is killed.",
        shell = "Shell for commands that were given as one string.",
        host_config = paste(
          "Everything else that depends on the host, as a named list; names",
          "may be written `ShmSize` or `shm_size`."
        ),
        network = "Name of the network to connect to.",
        name = "Name of the container.",
        platform = "Platform, `os/arch/variant`, that the image must have."
      )
    ),
    get = about(
      "get", "Get a container by its name or id.",
      args = c(id = "Name or id of the container; the start of an id will do.")
    ),
    list = about(
      "list", "List containers.",
      "Gives a data frame with one row per container.",
      cli = "container ls",
      args = c(
        all = "Include those that are not running?",
        limit = "Give only the latest `limit` containers, running or not.",
        size = "Work out the space that each uses on disk? This is slow.",
        filters = paste(
          "Conditions that containers must meet: a named character vector or a",
          "named list, such as `c(status = \"exited\")`."
        )
      )
    ),
    remove = about(
      "remove", "Remove a container by its name or id.",
      cli = "rm",
      args = c(id = "Name or id of the container.", remove_args)
    ),
    run = about(
      "run", "Run a command in a new container.",
      paste(
        "An image that is missing is pulled. Output is shown while it arrives",
        "and returned at the end, with the container. A status other than zero",
        "is an error."
      ),
      cli = "run",
      args = c(
        image = "Image to make the container from.",
        cmd = "Command to run; see `create`.",
        ... = "Further arguments of `create`.",
        detach = "Return as soon as the container has started?",
        rm = "Remove the container when it has ended?",
        stream = paste(
          "Where to show output: a connection, the name of a file, `TRUE` for",
          "standard output, or `FALSE` to show none."
        ),
        host_config = "As in `create`."
      )
    ),
    help = help_of_help
  ),
  docker_container = list(
    id = about("id", "The container's id."),
    name = about("name", "The container's name, as it was last known."),
    inspect = about(
      "inspect", "All that the engine knows about the container.",
      cli = "inspect", args = reload_arg
    ),
    reload = about("reload", "Ask the engine for the container's details anew."),
    status = about(
      "status", "The container's status, such as `running` or `exited`.",
      args = reload_arg
    ),
    labels = about("labels", "The container's labels.", args = reload_arg),
    logs = about(
      "logs", "What the container has written.",
      paste(
        "With `follow = TRUE` what is written later is shown as it arrives,",
        "until the container ends or the user interrupts."
      ),
      cli = "logs",
      args = c(
        follow = "Follow the output until the container ends?",
        stdout = "Include standard output?",
        stderr = "Include standard error?",
        since = "Leave out what was written before this time (seconds since 1970).",
        until = "Leave out what was written after this time (seconds since 1970).",
        timestamps = "Put the time in front of each line?",
        tail = "Give this many lines from the end, or `\"all\"`.",
        stream = "Where to show output that is followed; see `run`."
      )
    ),
    start = about(
      "start", "Start the container.",
      cli = "start",
      args = c(detach_keys = "Keys that detach a client, such as `ctrl-p,ctrl-q`.")
    ),
    stop = about(
      "stop", "Stop the container.",
      "It is asked to end, and killed if it does not.",
      cli = "stop",
      args = c(
        t = "Seconds to wait before the container is killed.",
        signal = "Signal that asks it to end."
      )
    ),
    kill = about(
      "kill", "Send the container a signal.",
      cli = "kill",
      args = c(signal = "The signal; `SIGKILL` by default.")
    ),
    wait = about(
      "wait", "Wait until the container ends.",
      "Gives a list with its `exit_code`.",
      cli = "wait",
      args = c(
        condition = paste(
          "What to wait for: `not-running`, `next-exit` or `removed`."
        )
      )
    ),
    remove = about("remove", "Remove the container.", cli = "rm", args = remove_args),
    help = help_of_help
  )
)
