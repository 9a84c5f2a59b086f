package io.cortexreactive.provider;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLContext;

/**
 * A server on loopback that answers with whatever bytes a test wants, right or wrong. One thread for each connection,
 * so that an answer is written as a simple sequence.
 */
public final class HostileServer implements AutoCloseable {

    private static final int SEND_BUFFER_BYTES = 128 * 1024;
    private static final int TLS_HANDSHAKE = 22;
    private static final Pattern LENGTH = Pattern.compile("(?i)content-length: *(\\d+)");

    private final ServerSocket listener;
    private final String scheme;
    private final List<Reply> replies;
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger requests = new AtomicInteger();
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final ConcurrentHashMap<Integer, CompletableFuture<Long>> sent = new ConcurrentHashMap<>();

    private HostileServer(ServerSocket listener, String scheme, List<Reply> replies) {
        this.listener = listener;
        this.scheme = scheme;
        this.replies = replies;
    }

    /** Writes the answer to one request. When the client leaves, writing throws, and nothing more is asked of it. */
    @FunctionalInterface
    public interface Reply {

        void send(Client client) throws IOException;
    }

    /** Gives the first reply to the first request and so on; the last one to all that follow. */
    public static HostileServer start(Reply... replies) {
        return start(ServerSocketFactory.getDefault(), "http", replies);
    }

    /** Takes connections, and never says a word. */
    public static HostileServer silent() {
        try {
            return new HostileServer(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), "http", List.of());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The same over TLS. */
    public static HostileServer secure(SSLContext tls, Reply... replies) {
        return start(tls.getServerSocketFactory(), "https", replies);
    }

    private static HostileServer start(ServerSocketFactory sockets, String scheme, Reply... replies) {
        try {
            ServerSocket listener = sockets.createServerSocket(0, 50, InetAddress.getLoopbackAddress());
            HostileServer server = new HostileServer(listener, scheme, List.of(replies));
            daemon(server::accept);
            return server;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "hostile-server");
        thread.setDaemon(true);
        thread.start();
    }

    public URI endpoint() {
        return URI.create(scheme + "://127.0.0.1:" + listener.getLocalPort());
    }

    public int connections() {
        return connections.get();
    }

    public int requests() {
        return requests.get();
    }

    /** How many bytes the reply of this number, from 1, could write before it ended or the client left. */
    public long sent(int reply) {
        try {
            return counter(reply).get(Signals.LONG.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("Reply " + reply + " has not ended", e);
        }
    }

    private CompletableFuture<Long> counter(int reply) {
        return sent.computeIfAbsent(reply, number -> new CompletableFuture<>());
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                connections.incrementAndGet();
                open.add(socket);
                daemon(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            socket.setSendBufferSize(SEND_BUFFER_BYTES);
            Client client = new Client(socket);
            while (!socket.isClosed() && client.readRequest()) {
                answer(client);
            }
        } catch (IOException e) {
            // The client has left, or has not agreed on TLS.
        }
    }

    private void answer(Client client) throws IOException {
        int number = requests.incrementAndGet();
        client.written = 0;
        try {
            replies.get(Math.min(number, replies.size()) - 1).send(client);
        } finally {
            counter(number).complete(client.written);
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The connection to whoever asked. */
    public static final class Client {

        private final Socket socket;
        private final InputStream in;
        private final OutputStream out;
        private long written;

        private Client(Socket socket) throws IOException {
            this.socket = socket;
            in = socket.getInputStream();
            out = socket.getOutputStream();
        }

        /** False if the client has left. */
        private boolean readRequest() throws IOException {
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                int next = in.read();
                if (next < 0) {
                    return false;
                }
                if (next == TLS_HANDSHAKE) {
                    head("HTTP/1.1 400 Bad Request\nContent-Length: 0\nConnection: close\n\n");
                    socket.close();
                    return false;
                }
                head.write(next);
            }
            Matcher length = LENGTH.matcher(head.toString(StandardCharsets.ISO_8859_1));
            in.readNBytes(length.find() ? Integer.parseInt(length.group(1)) : 0);
            return true;
        }

        /** ASCII, with {@code \n} for the line ends of HTTP. */
        public void head(String text) throws IOException {
            write(text.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        }

        public void write(byte[] bytes) throws IOException {
            out.write(bytes);
            out.flush();
            written += bytes.length;
        }

        /** One packet for each byte. */
        public void writeSlowly(byte[] bytes) throws IOException {
            for (byte b : bytes) {
                write(new byte[] {b});
            }
        }

        /** The same again and again, up to this many bytes. */
        public void flood(byte[] block, long most) throws IOException {
            for (long total = 0; total < most; total += block.length) {
                write(block);
            }
        }

        /** The same again and again, a moment apart, until the client leaves. */
        public void drip(byte[] piece) throws IOException {
            socket.setSoTimeout(20);
            while (true) {
                write(piece);
                try {
                    if (in.read() < 0) {
                        return;
                    }
                } catch (SocketTimeoutException e) {
                    // It is still there.
                }
            }
        }

        /** Says that no more comes. */
        public void end() throws IOException {
            socket.close();
        }

        /** Breaks the connection. */
        public void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }
}
