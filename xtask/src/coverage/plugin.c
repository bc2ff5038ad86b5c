/* The only program of the plugin that the coverage makes. An engine that enables a plugin connects to its
 * socket, and is content when somebody listens there. */
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int main(void)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX, .sun_path = "/run/docker/plugins/plugin.sock"};
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);

    unlink(at.sun_path);
    if (listener < 0 || bind(listener, (struct sockaddr *)&at, sizeof at) || listen(listener, 8))
        return 1;
    for (;;) {
        int one = accept(listener, NULL, NULL);
        if (one >= 0)
            close(one);
    }
}
