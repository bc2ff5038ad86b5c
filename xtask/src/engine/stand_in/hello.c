/* The only program of the hello-world stand-in. One write, as most programs that print to a pipe do. */
#include <unistd.h>

static const char greeting[] =
    "\n"
    "Hello from Docker!\n"
    "If you can read this, everything between you and a container works.\n"
    "\n"
    "Four things happened on the way to this text:\n"
    " 1. The client asked the engine to create a container.\n"
    " 2. The engine did not have the image \"hello-world\" and fetched it from\n"
    "    its registry, one layer after the other.\n"
    " 3. The engine made a container of it and started the one program inside,\n"
    "    which wrote these lines.\n"
    " 4. The engine passed the lines back to the client, which showed them here.\n"
    "\n"
    "A container with a shell to look around in is the next step:\n"
    " $ docker run -it bash\n"
    "\n"
    "This is a stand-in of the stevedore project. The image of that name:\n"
    " https://hub.docker.com/_/hello-world\n"
    "\n";

int main(void)
{
    const char *from = greeting;
    size_t left = sizeof greeting - 1;
    while (left > 0) {
        ssize_t wrote = write(STDOUT_FILENO, from, left);
        if (wrote < 0)
            return 1;
        from += wrote;
        left -= (size_t)wrote;
    }
    return 0;
}
