package io.cortexreactive.persistence.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.durable.RunLog;
import io.cortexreactive.durable.RunRecord;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import java.lang.ref.WeakReference;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** What goes on with an answer, for hours as those do who follow a run, holds nothing of the driver's. */
class HeldAnswersIT {

    @RegisterExtension
    static final PostgresDatabase DATABASE = new PostgresDatabase();

    /** With each answer something is kept as long as anybody has its publisher. */
    private record Marked(ConnectionFactory connections, Queue<WeakReference<Object>> answers)
            implements ConnectionFactory {

        @Override
        public Publisher<? extends Connection> create() {
            return Mono.from(connections.create())
                    .map(connection -> proxy(Connection.class, connection, this::ofConnection));
        }

        @Override
        public ConnectionFactoryMetadata getMetadata() {
            return connections.getMetadata();
        }

        private Object ofConnection(Object result) {
            return result instanceof Statement statement
                    ? proxy(Statement.class, statement, Marked.this::ofStatement)
                    : result;
        }

        private Object ofStatement(Object result) {
            if (!(result instanceof Publisher<?> publisher)) {
                return result;
            }
            Object marker = new Object();
            answers.add(new WeakReference<>(marker));
            return Flux.from(publisher).cast(Result.class).filter(each -> each != marker);
        }

        private static <T> T proxy(Class<T> type, T inner, UnaryOperator<Object> tap) {
            InvocationHandler handler = (proxy, method, arguments) -> {
                Object result = method.invoke(inner, arguments);
                return result == inner ? proxy : result == null ? null : tap.apply(result);
            };
            return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
        }
    }

    @Test
    void whatGoesOnWithAnAnswerDoesNotHoldItsQuery() {
        ConnectionPool pool = DATABASE.pool(1);
        Queue<WeakReference<Object>> answers = new ConcurrentLinkedQueue<>();
        RunLog log = PostgresAgentRunQueue.log(new Marked(pool, answers), TestRuns.SETTINGS.withHeartbeats(pool));
        RunRecord run = TestRuns.value(log.start(TestRuns.newRun(TestRuns.newKey(), null, RunRecord.Lineage.NONE)))
                .run();
        Sinks.Empty<Void> read = Sinks.empty();
        Disposable goingOn = log.load(run.key())
                .flatMap(found -> Mono.never().doFirst(read::tryEmitEmpty))
                .subscribe();
        read.asMono().block(TestRuns.TIMEOUT);
        List<WeakReference<Object>> given = List.copyOf(answers);
        assertThat(given).isNotEmpty();

        TestRuns.value(log.load(run.key()));
        System.gc();

        assertThat(given).allSatisfy(answer -> assertThat(answer.refersTo(null)).isTrue());
        assertThat(goingOn.isDisposed()).isFalse();
        goingOn.dispose();
        pool.close().block(TestRuns.TIMEOUT);
    }
}
