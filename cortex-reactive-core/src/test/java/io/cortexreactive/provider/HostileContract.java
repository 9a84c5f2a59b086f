package io.cortexreactive.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;
import io.cortexreactive.error.Secret;
import io.cortexreactive.error.Transient;
import io.cortexreactive.provider.HostileServer.Reply;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import reactor.core.publisher.SignalType;

/**
 * What the hostile contracts have in common. Whatever a server does, a call ends in exactly one signal, an error is one
 * of ours and tells neither key nor body, and the one connection that the provider has is free again.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class HostileContract {

    static final int MEBIBYTE = 1024 * 1024;

    /** What nobody can want to have in memory. */
    static final long FLOOD = 200L * MEBIBYTE;

    /** What sockets and pipelines may hold beyond what was read. */
    static final long IN_FLIGHT = 4L * MEBIBYTE;

    private static final int MOST_PRINTED = 40_000;

    private final List<HostileServer> servers = new ArrayList<>();
    private Provider provider;

    protected abstract HostileDialect dialect();

    final Stream<HostileCall> calls() {
        return dialect().calls().stream();
    }

    final Stream<HostileCall> carried() {
        return calls().filter(dialect()::carries);
    }

    final HostileCall stream() {
        return dialect().calls().get(0);
    }

    @BeforeAll
    final void startProvider() {
        provider =
                dialect().start(URI.create("http://127.0.0.1:1"), ProviderTimeouts.DEFAULTS, UnaryOperator.identity());
    }

    @AfterAll
    final void closeProvider() {
        provider.close().block(Signals.LONG);
    }

    @AfterEach
    final void closeServers() {
        servers.forEach(HostileServer::close);
        servers.clear();
    }

    final HostileServer started(HostileServer server) {
        servers.add(server);
        return server;
    }

    final Provider at(URI endpoint) {
        return provider.withConfig(new ProviderConfig(Secret.of(HostileDialect.KEY), null, endpoint, null, Map.of()));
    }

    /** How the call ends when the server answers so; then it answers rightly, which must still work. */
    final Outcome outcome(HostileCall call, Reply reply) {
        HostileServer server = started(HostileServer.start(reply, call.rightly()));
        return outcome(call, at(server.endpoint()), server);
    }

    static Outcome outcome(HostileCall call, Provider provider, HostileServer server) {
        Signals<?> first = Signals.all(call.on(provider));
        Signals<?> second = Signals.all(call.on(provider));
        assertThat(second.terminals())
                .describedAs("after %s: %s", first.terminals(), second.failure())
                .containsExactly(SignalType.ON_COMPLETE);
        return new Outcome(first, server);
    }

    /** How a call ended, and what must hold of that in any case. */
    record Outcome(Signals<?> signals, HostileServer server) {

        Outcome {
            assertThat(signals.terminals()).hasSize(1);
            if (signals.failure() != null) {
                assertIsOursAndDiscreet(signals.failure());
            }
        }

        private static void assertIsOursAndDiscreet(Throwable error) {
            StringWriter printed = new StringWriter();
            error.printStackTrace(new PrintWriter(printed));
            assertThat(error).describedAs("%s", printed).isInstanceOf(CortexException.class);
            assertThat(error instanceof Transient ^ error instanceof Lasting).isTrue();
            assertThat(printed.toString()).doesNotContain(HostileDialect.KEY).hasSizeLessThan(MOST_PRINTED);
            assertThat(error.getMessage()).hasSizeLessThan(4_096).doesNotContain("\u0000");
            if (error instanceof ProviderException ours) {
                assertThat(String.valueOf(ours.failure()))
                        .doesNotContain(HostileDialect.KEY)
                        .hasSizeLessThan(8_192);
            }
        }

        void is(Class<? extends Throwable> type) {
            assertThat(signals.failure())
                    .describedAs("%s", signals.elements().size())
                    .isExactlyInstanceOf(type);
        }

        void isOneOf(Class<?>... types) {
            assertThat(List.<Class<?>>of(types)).contains(error().getClass());
        }

        void isComplete() {
            assertThat(signals.failure()).isNull();
        }

        /** Tolerated, or an error of ours. */
        void isEither() {
            assertThat(signals.terminals()).hasSize(1);
        }

        Throwable error() {
            return signals.error();
        }

        Outcome readsAtMost(long bytes) {
            assertThat(server.sent(1)).isLessThan(bytes + IN_FLIGHT);
            return this;
        }
    }
}
