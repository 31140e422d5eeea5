// SPDX-License-Identifier: GPL-2.0
/*
 * What cases do most often inside a network namespace, each as one process: in an
 * emulated machine the number of processes is what a case costs. tests/vm/lib.sh has
 * a function for each. It is linked statically, for a third of the time to start.
 *
 * usage: inside NAME add
 *        inside NAME set KEY=VALUE...
 *        inside NAME run COMMAND [ARGUMENT...]
 *        inside NAME serve tcp4|tcp6|udp4|udp6 PORT
 *        inside NAME try icmp4|icmp6|tcp4|tcp6|udp4|udp6 ADDRESS PORT MS [WANTED]
 *
 * add makes the namespace, with its loopback up and addresses that are usable at
 * once. serve returns when its echo service listens. try makes one attempt and prints
 * what came of it: reply, timeout, refused, no-route, unreachable, denied, else what
 * the system said; its exit status tells whether that is what was WANTED.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/errqueue.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define LINE "weir\n"
/* Connections that an echo service serves at a time. */
#define MOST 256

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static socklen_t length_of(const union address *address)
{
	return address->any.sa_family == AF_INET ? sizeof(address->v4) : sizeof(address->v6);
}

/* The last character of the protocol tells the family. */
static bool is_v6(const char *protocol)
{
	return protocol[strlen(protocol) - 1] == '6';
}

static void parse_address(union address *address, const char *protocol, const char *text,
			  const char *port)
{
	uint16_t number = htons(atoi(port));

	memset(address, 0, sizeof(*address));
	if (is_v6(protocol)) {
		address->v6.sin6_family = AF_INET6;
		address->v6.sin6_port = number;
		if (text && inet_pton(AF_INET6, text, &address->v6.sin6_addr) != 1)
			errx(2, "no IPv6 address: %s", text);
	} else {
		address->v4.sin_family = AF_INET;
		address->v4.sin_port = number;
		if (text && inet_pton(AF_INET, text, &address->v4.sin_addr) != 1)
			errx(2, "no IPv4 address: %s", text);
	}
}

/* Without its protocol's digit, "tcp4" is "tcp". */
static int open_socket(const char *protocol, int flags)
{
	int family = is_v6(protocol) ? AF_INET6 : AF_INET;
	int fd;

	if (!strncmp(protocol, "tcp", 3))
		fd = socket(family, SOCK_STREAM | flags, 0);
	else if (!strncmp(protocol, "udp", 3))
		fd = socket(family, SOCK_DGRAM | flags, 0);
	else if (!strcmp(protocol, "icmp4"))
		fd = socket(family, SOCK_RAW | flags, IPPROTO_ICMP);
	else if (!strcmp(protocol, "icmp6"))
		fd = socket(family, SOCK_RAW | flags, IPPROTO_ICMPV6);
	else
		errx(2, "unknown protocol %s", protocol);
	if (fd < 0)
		err(2, "socket");
	return fd;
}

/* Namespaces */

static void path_of(char path[PATH_MAX], const char *name)
{
	snprintf(path, PATH_MAX, "/run/netns/%s", name);
}

static void enter(const char *name)
{
	char path[PATH_MAX];
	int fd;

	path_of(path, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWNET))
		err(2, "%s", path);
	close(fd);
}

static void set(const char *setting)
{
	const char *value = strchr(setting, '=');
	char path[PATH_MAX];
	char *each;
	int fd;

	if (!value)
		errx(2, "no value: %s", setting);
	snprintf(path, sizeof(path), "/proc/sys/%.*s", (int)(value - setting), setting);
	for (each = path; *each; each++)
		if (*each == '.')
			*each = '/';
	value++;
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, value, strlen(value)) < 0)
		err(2, "%s", path);
	close(fd);
}

static void add(const char *name)
{
	struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	char path[PATH_MAX];
	int fd;

	path_of(path, name);
	fd = open(path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0);
	if (fd < 0)
		err(2, "%s", path);
	close(fd);
	if (unshare(CLONE_NEWNET) || mount("/proc/self/ns/net", path, NULL, MS_BIND, NULL))
		err(2, "%s", path);
	set("net.ipv6.conf.default.accept_dad=0");
	set("net.ipv6.conf.all.accept_dad=0");
	set("net.ipv6.conf.default.router_solicitations=0");
	if (ioctl(open_socket("udp4", SOCK_CLOEXEC), SIOCSIFFLAGS, &lo))
		err(2, "lo");
}

static void run(char **command)
{
	execvp(command[0], command);
	err(errno == ENOENT ? 127 : 126, "%s", command[0]);
}

/* The echo service */

/* The answer comes from the address that was asked. */
static void echo_datagram(int fd)
{
	char data[65536], control[256];
	union address from;
	struct iovec part = { .iov_base = data, .iov_len = sizeof(data) };
	struct msghdr message = {
		.msg_name = &from,
		.msg_namelen = sizeof(from),
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *info;
	ssize_t size;

	size = recvmsg(fd, &message, 0);
	if (size < 0)
		return;
	part.iov_len = size;
	info = CMSG_FIRSTHDR(&message);
	if (info && info->cmsg_level == IPPROTO_IP)
		((struct in_pktinfo *)CMSG_DATA(info))->ipi_ifindex = 0;
	sendmsg(fd, &message, MSG_NOSIGNAL);
}

static bool echo_stream(int fd)
{
	char data[65536];
	ssize_t size = recv(fd, data, sizeof(data), 0);

	return size > 0 && send(fd, data, size, MSG_NOSIGNAL) == size;
}

static void echo_for_ever(int listener, bool stream)
{
	struct pollfd fds[MOST] = { { .fd = listener, .events = POLLIN } };
	int count = 1, i;

	for (;;) {
		poll(fds, count, -1);
		for (i = count - 1; i > 0; i--) {
			if (!fds[i].revents || echo_stream(fds[i].fd))
				continue;
			close(fds[i].fd);
			fds[i] = fds[--count];
		}
		if (!fds[0].revents)
			continue;
		if (!stream) {
			echo_datagram(listener);
		} else if (count < MOST) {
			fds[count].fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
			fds[count].events = POLLIN;
			fds[count].revents = 0;
			if (fds[count].fd >= 0)
				count++;
		}
	}
}

static void serve(const char *protocol, const char *port)
{
	bool stream = !strncmp(protocol, "tcp", 3);
	union address address;
	int one = 1, fd;

	fd = open_socket(protocol, 0);
	parse_address(&address, protocol, NULL, port);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (is_v6(protocol)) {
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one));
		setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &one, sizeof(one));
	} else {
		setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &one, sizeof(one));
	}
	if (bind(fd, &address.any, length_of(&address)) || (stream && listen(fd, 64)))
		err(2, "%s port %s", protocol, port);
	switch (fork()) {
	case -1:
		err(2, "fork");
	case 0:
		/* It holds nothing open for which somebody may wait. */
		dup2(fd, 0);
		close_range(1, ~0U, 0);
		echo_for_ever(0, stream);
	}
}

/* Attempts */

static const char *word_of(int error)
{
	switch (-error) {
	case 0:
		return "reply";
	case ETIMEDOUT:
		return "timeout";
	case ECONNREFUSED:
	case ECONNRESET:
		return "refused";
	case EHOSTUNREACH:
		return "no-route";
	case ENETUNREACH:
		return "unreachable";
	case EACCES:
	case EPERM:
		return "denied";
	default:
		return strerror(-error);
	}
}

/* An ICMP error as the one that the words above stand for. */
static int error_of(const struct sock_extended_err *what)
{
	if (what->ee_origin == SO_EE_ORIGIN_ICMP && what->ee_type == ICMP_DEST_UNREACH &&
	    (what->ee_code == ICMP_NET_ANO || what->ee_code == ICMP_HOST_ANO ||
	     what->ee_code == ICMP_PKT_FILTERED))
		return -EACCES;
	if (what->ee_origin == SO_EE_ORIGIN_ICMP6 && what->ee_type == ICMPV6_DEST_UNREACH &&
	    what->ee_code == ICMPV6_NOROUTE)
		return -EHOSTUNREACH;
	return -(int)what->ee_errno;
}

static int queued_error(int fd)
{
	char data[256], control[512];
	struct iovec part = { .iov_base = data, .iov_len = sizeof(data) };
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *each;

	if (recvmsg(fd, &message, MSG_ERRQUEUE) < 0)
		return -errno;
	for (each = CMSG_FIRSTHDR(&message); each; each = CMSG_NXTHDR(&message, each))
		if ((each->cmsg_level == IPPROTO_IP && each->cmsg_type == IP_RECVERR) ||
		    (each->cmsg_level == IPPROTO_IPV6 && each->cmsg_type == IPV6_RECVERR))
			return error_of((struct sock_extended_err *)CMSG_DATA(each));
	return -EIO;
}

static int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000LL + time.tv_nsec / 1000000;
}

/* Returns 0 or -ETIMEDOUT. */
static int await(int fd, int events, int64_t end)
{
	struct pollfd one = { .fd = fd, .events = events };
	int64_t left = end - now();

	return poll(&one, 1, left > 0 ? left : 0) > 0 ? 0 : -ETIMEDOUT;
}

static uint16_t sum_of(const uint8_t *data, size_t size)
{
	uint32_t sum = 0;
	size_t i;

	for (i = 0; i < size; i += 2)
		sum += data[i] << 8 | data[i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return htons(~sum);
}

/* 56 bytes behind the header, as ping sends them. Both ICMPs number alike. */
static int ping(int fd, bool v6, int64_t end)
{
	struct icmphdr request = {
		.type = v6 ? ICMPV6_ECHO_REQUEST : ICMP_ECHO,
		.un.echo = { .id = htons(getpid()), .sequence = htons(1) },
	};
	uint8_t wanted = v6 ? ICMPV6_ECHO_REPLY : ICMP_ECHOREPLY;
	uint8_t data[sizeof(request) + 56], got[65536];
	struct icmphdr *reply;
	ssize_t size;
	int error;

	memset(data, 'w', sizeof(data));
	memcpy(data, &request, sizeof(request));
	if (!v6) {
		request.checksum = sum_of(data, sizeof(data));
		memcpy(data, &request, sizeof(request));
	}
	if (send(fd, data, sizeof(data), 0) < 0)
		return -errno;
	for (;;) {
		error = await(fd, POLLIN, end);
		if (error)
			return error;
		size = recv(fd, got, sizeof(got), MSG_DONTWAIT);
		if (size < 0)
			return queued_error(fd);
		reply = (struct icmphdr *)(got + (v6 ? 0 : (got[0] & 15) * 4));
		if ((uint8_t *)(reply + 1) <= got + size && reply->type == wanted &&
		    reply->un.echo.id == request.un.echo.id)
			return 0;
	}
}

/* Sends a line and wants it back. */
static int converse(int fd, int64_t end)
{
	char got[sizeof(LINE)];
	size_t have = 0;
	ssize_t size;
	int error;

	if (send(fd, LINE, strlen(LINE), MSG_NOSIGNAL) < 0)
		return -errno;
	while (have < strlen(LINE)) {
		error = await(fd, POLLIN, end);
		if (error)
			return error;
		size = recv(fd, got + have, strlen(LINE) - have, 0);
		if (size < 0)
			return -errno;
		if (!size)
			return -EPIPE;
		have += size;
	}
	return memcmp(got, LINE, have) ? -EBADMSG : 0;
}

static int attempt(const char *protocol, const char *text, const char *port, int ms)
{
	bool icmp = !strncmp(protocol, "icmp", 4), v6 = is_v6(protocol);
	int fd = open_socket(protocol, SOCK_NONBLOCK);
	int64_t end = now() + ms;
	union address address;
	socklen_t size;
	int error, one = 1;

	parse_address(&address, protocol, text, icmp ? "0" : port);
	if (icmp)
		setsockopt(fd, v6 ? IPPROTO_IPV6 : IPPROTO_IP, v6 ? IPV6_RECVERR : IP_RECVERR,
			   &one, sizeof(one));
	if (connect(fd, &address.any, length_of(&address))) {
		if (errno != EINPROGRESS)
			return -errno;
		error = await(fd, POLLOUT, end);
		if (error)
			return error;
		size = sizeof(error);
		getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
		if (error)
			return -error;
	}
	return icmp ? ping(fd, v6, end) : converse(fd, end);
}

int main(int argc, char **argv)
{
	const char *name = argv[1], *verb = argc > 2 ? argv[2] : "";
	int status = 0, i;
	const char *got;

	if (!strcmp(verb, "add") && argc == 3) {
		add(name);
	} else if (!strcmp(verb, "set") && argc > 3) {
		enter(name);
		for (i = 3; i < argc; i++)
			set(argv[i]);
	} else if (!strcmp(verb, "run") && argc > 3) {
		enter(name);
		run(argv + 3);
	} else if (!strcmp(verb, "serve") && argc == 5) {
		enter(name);
		serve(argv[3], argv[4]);
	} else if (!strcmp(verb, "try") && (argc == 7 || argc == 8)) {
		enter(name);
		got = word_of(attempt(argv[3], argv[4], argv[5], atoi(argv[6])));
		puts(got);
		status = argc == 8 && strcmp(got, argv[7]);
	} else {
		errx(2, "see the head of tests/vm/inside.c");
	}
	return status;
}
