package io.cortexreactive.benchmarks.queue;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.Statement;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** Connections that tell what is sent on them. */
record TappedConnections(ConnectionFactory connections, Consumer<Sent> heard) implements ConnectionFactory {

    /**
     * A statement.
     *
     * @param values in the order of their places; a class stands for a null of that type
     */
    record Sent(String sql, List<Object> values) {

        Sent {
            values = List.copyOf(values);
        }
    }

    @Override
    public Publisher<? extends Connection> create() {
        return Mono.from(connections.create()).map(this::tapped);
    }

    @Override
    public ConnectionFactoryMetadata getMetadata() {
        return connections.getMetadata();
    }

    private Connection tapped(Connection inner) {
        return proxy(Connection.class, (proxy, method, arguments) -> {
            Object result = method.invoke(inner, arguments);
            return result instanceof Statement statement ? tapped((String) arguments[0], statement) : result;
        });
    }

    private Statement tapped(String sql, Statement inner) {
        List<Object> values = new ArrayList<>();
        return proxy(Statement.class, (proxy, method, arguments) -> {
            switch (method.getName()) {
                case "bind", "bindNull" -> values.add(arguments[1]);
                case "execute" -> heard.accept(new Sent(sql, values));
                default -> {}
            }
            Object result = method.invoke(inner, arguments);
            return result == inner ? proxy : result;
        });
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
