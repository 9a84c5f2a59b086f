package io.cortexreactive.benchmarks.server;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import java.net.InetSocketAddress;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/**
 * Answers Bedrock's ConverseStream and OpenAI's chat completions on one event loop. The model's name, up to a hyphen,
 * says how: {@code plain}, {@code held}, {@code paced}, {@code steady} or {@code flood}.
 */
public final class ModelServer {

    private static final int BACKLOG = 16_384;
    private static final int LARGEST_REQUEST = 1 << 20;

    private final Map<Wire, Answers> answers = new EnumMap<>(Wire.class);
    private final Map<Wire, Pacer> pacers = new EnumMap<>(Wire.class);
    private final Map<String, Call> calls = new HashMap<>();

    private final EventLoop loop;

    private ModelServer(EventLoop loop) {
        this.loop = loop;
    }

    /** Listens on a free port, prints it, and ends with its standard input. */
    public static void main(String[] args) throws Exception {
        MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        ModelServer server = new ModelServer((EventLoop) loops.next());
        Channel listening = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(
                                        new HttpServerCodec(),
                                        new HttpObjectAggregator(LARGEST_REQUEST),
                                        new ModelHandler(server));
                    }
                })
                .bind("127.0.0.1", 0)
                .sync()
                .channel();
        System.out.println(((InetSocketAddress) listening.localAddress()).getPort());
        while (System.in.read() >= 0) {}
        System.exit(0);
    }

    Answers answers(Wire wire) {
        return answers.computeIfAbsent(wire, Answers::new);
    }

    Pacer pacer(Wire wire) {
        return pacers.computeIfAbsent(wire, key -> Pacer.start(key, loop));
    }

    Call call(String model) {
        return calls.computeIfAbsent(model, name -> new Call());
    }
}
