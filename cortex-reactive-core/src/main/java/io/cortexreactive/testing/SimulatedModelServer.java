package io.cortexreactive.testing;

import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.FutureMono;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.LoopResources;

/**
 * A model service on loopback that plays {@link ScriptedReply scripted replies} over the real wire protocols. The path
 * of a call tells which; the client under test needs no change but the endpoint.
 *
 * <ul>
 *   <li>Amazon Bedrock's Converse, ConverseStream and CountTokens.
 *   <li>OpenAI's chat completions, streamed and whole, below {@code /v1}. Reasoning comes as {@code reasoning_content},
 *       what proves or hides it as OpenRouter's {@code reasoning_details}.
 *   <li>OpenAI's {@code /v1/embeddings}: 64 numbers for each text, in which texts that share words are near each other,
 *       the same each time. And {@code /v1/models}.
 *   <li>Anthropic's {@code /v1/messages}, streamed and whole, its {@code /v1/messages/count_tokens}, and its
 *       {@code /v1/models} for who sends {@code anthropic-version}.
 * </ul>
 *
 * <p>Counting, embedding and listing models use up no reply, unless the next one queued is a fault in place of an
 * answer.
 *
 * <p>It refuses what the real service refuses before a model sees it: calls without a credential, and requests that
 * break the rules for messages, tools and options. Keys and signatures are not verified. Frames are made as the socket
 * takes them, so a client that takes nothing stops the reply; a client that leaves ends it at once.
 *
 * <p>Speaks HTTP/1.1 without TLS. A client that would open such a connection with HTTP/2, as the AWS SDK's does by
 * default, has to be told.
 *
 * <p>Runs on two event-loop threads of its own, daemons, however many calls there are. Thread-safe.
 */
public final class SimulatedModelServer {

    private static final int THREADS = 2;
    private static final int SEND_BUFFER_BYTES = 64 * 1024;

    private final ReplyQueue replies;
    private final CallJournal<DefaultWireCall> journal;
    private final LoopResources loops;
    private final ChannelGroup connections;
    private final DisposableServer server;

    private SimulatedModelServer(Parts parts, DisposableServer server) {
        replies = parts.replies;
        journal = parts.journal;
        loops = parts.loops;
        connections = parts.connections;
        this.server = server;
    }

    /** A server on any free port, without a script. */
    public static Builder builder() {
        return new Builder();
    }

    /** Where it listens, such as {@code http://127.0.0.1:54321}. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.port());
    }

    /** Adds replies, each for one call. They go before the script. */
    public SimulatedModelServer enqueue(ScriptedReply... more) {
        replies.add(more);
        return this;
    }

    /**
     * The calls so far, in order of arrival, refused ones and token counts included. A call has arrived when its
     * request was read to the end. When their bodies and about 1 KiB for each exceed 64 MiB, the oldest are forgotten.
     */
    public List<WireCall> calls() {
        return List.copyOf(journal.calls());
    }

    /**
     * Completes with the call of this number, from 1, at once or when it arrives. Any number may wait.
     *
     * @return fails with {@link IllegalArgumentException} if the journal no longer has it
     */
    public Mono<WireCall> call(int number) {
        return journal.call(number).cast(WireCall.class);
    }

    /**
     * Takes no more connections, closes those there are, and completes when its threads have ended. Calls under way end
     * at once. Idempotent; cold.
     */
    public Mono<Void> close() {
        return Mono.defer(() -> {
                    server.dispose();
                    return server.onDispose();
                })
                .then(Mono.defer(() -> FutureMono.from(connections.close())))
                .then(loops.disposeLater(Duration.ZERO, Duration.ofSeconds(5)));
    }

    private record Parts(
            ReplyQueue replies, CallJournal<DefaultWireCall> journal, LoopResources loops, ChannelGroup connections) {}

    /** Collects a server's settings; not thread-safe. */
    public static final class Builder {

        private int port;
        private @Nullable ReplyScript script;
        private boolean keyless;

        private Builder() {}

        /** Where to listen; 0, the default, for any free port. */
        public Builder port(int number) {
            port = number;
            return this;
        }

        /** What to answer when no reply is queued. Without it such a call is refused, saying so. */
        public Builder script(ReplyScript answers) {
            script = answers;
            return this;
        }

        /** Takes calls to OpenAI's and Anthropic's protocols without a key, as servers on one's own machine do. */
        public Builder keyless() {
            keyless = true;
            return this;
        }

        /**
         * Starts a server; completes when it listens. Cold: each subscription starts one. Fails with
         * {@link reactor.netty.ChannelBindException} if the port is taken.
         */
        public Mono<SimulatedModelServer> start() {
            return Mono.defer(() -> bind(new Parts(
                    new ReplyQueue(script),
                    new CallJournal<>(
                            CallJournal.BUDGET_BYTES, call -> call.body().length()),
                    LoopResources.create("simulated-model", 1, THREADS, true, false),
                    new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE))));
        }

        /**
         * Told apart by path, but for the list of models, which Anthropic's clients ask for with a header of theirs.
         */
        private List<WireProtocol> protocols() {
            return List.of(new BedrockProtocol(), new AnthropicProtocol(keyless), new OpenAiProtocol(keyless));
        }

        private Mono<SimulatedModelServer> bind(Parts parts) {
            ModelServerHandler handler = new ModelServerHandler(protocols(), parts.replies, parts.journal);
            return HttpServer.create()
                    .host("127.0.0.1")
                    .port(port)
                    .runOn(parts.loops, false)
                    .channelGroup(parts.connections)
                    // Small and fixed, so that a client that takes nothing is noticed after few frames.
                    .childOption(ChannelOption.SO_SNDBUF, SEND_BUFFER_BYTES)
                    .handle(handler::handle)
                    .bind()
                    .map(server -> new SimulatedModelServer(parts, server))
                    .onErrorResume(error -> parts.loops.disposeLater().then(Mono.error(error)));
        }
    }
}
