package io.cortexreactive.durable;

import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TraceContext;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * What travels with a run of the Context of who began it, besides the tenant, which is in its key. Whoever works on the
 * run has it in the Context again.
 *
 * @param correlation the correlation id; null for none
 * @param trace where the run belongs in a trace; null for nowhere
 */
public record Carried(
        @Nullable String correlation, @Nullable TraceContext trace) {

    /** Among what a run keeps, the key of the correlation id. */
    public static final String CORRELATION = "correlation";

    private static final String TRACE_PARENT = "traceparent";
    private static final String TRACE_STATE = "tracestate";

    /** All that it takes among what a run keeps. */
    public static final Set<String> KEYS = Set.of(CORRELATION, TRACE_PARENT, TRACE_STATE);

    /** What this Context has. */
    public static Carried of(ContextView view) {
        return new Carried(
                Tenancy.correlationId(view).orElse(null), TraceContext.in(view).orElse(null));
    }

    /** What a run has kept, among other things. */
    public static Carried read(Map<String, Object> kept) {
        return new Carried(
                text(kept, CORRELATION),
                TraceContext.of(text(kept, TRACE_PARENT), text(kept, TRACE_STATE))
                        .orElse(null));
    }

    private static @Nullable String text(Map<String, Object> kept, String key) {
        return Optional.ofNullable(kept.get(key)).map(Object::toString).orElse(null);
    }

    /** Puts it among what a run keeps. */
    public void keepIn(Map<String, ? super String> kept) {
        if (correlation != null) {
            kept.put(CORRELATION, correlation);
        }
        if (trace != null) {
            kept.put(TRACE_PARENT, trace.traceparent());
        }
        if (trace != null && trace.tracestate() != null) {
            kept.put(TRACE_STATE, trace.tracestate());
        }
    }

    /** The Context with all of it. */
    public Context in(Context context) {
        Context correlated =
                correlation == null ? context : Tenancy.correlation(correlation).apply(context);
        return trace == null ? correlated : trace.write().apply(correlated);
    }
}
