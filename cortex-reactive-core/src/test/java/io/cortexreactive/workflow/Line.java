package io.cortexreactive.workflow;

import io.cortexreactive.durable.RunLog;
import io.cortexreactive.durable.StoreUnavailableException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What lies between a process and its store, and can be cut. */
final class Line {

    private final RunLog log;

    /** Calls that do not arrive. */
    volatile Predicate<String> cut = call -> false;

    /** Calls that arrive, and whose answers do not. */
    volatile Predicate<String> deaf = call -> false;

    private final Map<String, Duration> lags = new ConcurrentHashMap<>();
    private final Map<String, Integer> sent = new ConcurrentHashMap<>();

    Line(RunLog log) {
        this.log = log;
    }

    RunLog store() {
        return (RunLog) Proxy.newProxyInstance(
                Line.class.getClassLoader(), new Class<?>[] {RunLog.class}, (proxy, method, arguments) -> {
                    Duration lag = lags.getOrDefault(method.getName(), Duration.ZERO);
                    Mono<?> later = lag.isZero() ? Mono.empty() : Mono.delay(lag);
                    return method.getReturnType() == Flux.class
                            ? later.thenMany(Flux.defer(() -> many(method, arguments)))
                            : later.then(Mono.defer(() -> one(method, arguments)));
                });
    }

    private Flux<?> many(Method method, Object[] arguments) {
        return isCut(method) ? Flux.error(gone()) : (Flux<?>) call(method, arguments);
    }

    private Mono<?> one(Method method, Object[] arguments) {
        return isCut(method) ? Mono.error(gone()) : heard(method, (Mono<?>) call(method, arguments));
    }

    private boolean isCut(Method method) {
        sent.merge(method.getName(), 1, Integer::sum);
        return cut.test(method.getName());
    }

    /** How often something was asked, be it that it did not arrive. */
    int sent(String call) {
        return sent.getOrDefault(call, 0);
    }

    /** How long such a call takes to arrive from now on. */
    void slow(String call, Duration lag) {
        lags.put(call, lag);
    }

    void cut(String... calls) {
        cut = Set.of(calls)::contains;
    }

    void cutAll() {
        cut = call -> true;
    }

    void mend() {
        cut = call -> false;
        deaf = call -> false;
    }

    private Mono<?> heard(Method method, Mono<?> called) {
        return deaf.test(method.getName()) ? called.then(Mono.error(gone())) : called;
    }

    private Object call(Method method, Object[] arguments) {
        try {
            return method.invoke(log, arguments);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static StoreUnavailableException gone() {
        return new StoreUnavailableException("The line is cut.", null);
    }
}
