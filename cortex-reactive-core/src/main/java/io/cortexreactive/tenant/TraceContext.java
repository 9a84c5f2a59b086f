package io.cortexreactive.tenant;

import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * Where a call belongs in a distributed trace: the two fields of <a href="https://www.w3.org/TR/trace-context/">W3C
 * Trace Context</a>. It is carried by the Reactor Context and travels with runs that other processes work on, so that
 * what they trace is linked to who began the run. Nothing here makes spans: whoever does puts the current one in, and
 * takes the parent out.
 *
 * <pre>{@code
 * pending.dispatch().contextWrite(TraceContext.write(request.header("traceparent"), request.header("tracestate")))
 * }</pre>
 */
public final class TraceContext {

    /** Context key of a {@code TraceContext}. */
    public static final String KEY = "cortex.trace";

    /** Versions to come may have more behind the four fields; the first has not, and {@code ff} is none. */
    private static final Pattern PARENT =
            Pattern.compile("(?!ff)(?!.{3}0{32})(?!.{36}0{16})(00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}"
                    + "|(?!00)[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(-[\\x21-\\x7e]{1,200})?)");

    /** What everybody has to pass on; what is longer is left out as a whole, as its members belong together. */
    private static final int LONGEST_STATE = 512;

    private final String traceparent;
    private final @Nullable String tracestate;

    private TraceContext(String traceparent, @Nullable String tracestate) {
        this.traceparent = traceparent;
        this.tracestate = tracestate;
    }

    /**
     * Reads the fields as they are in headers.
     *
     * @param tracestate null for none
     * @return empty if there is no {@code traceparent}, or one that cannot be: such ones are to be ignored
     */
    public static Optional<TraceContext> of(@Nullable String traceparent, @Nullable String tracestate) {
        return Optional.ofNullable(traceparent)
                .map(String::strip)
                .filter(text -> PARENT.matcher(text).matches())
                .map(text -> new TraceContext(text, state(tracestate)));
    }

    private static @Nullable String state(@Nullable String text) {
        return text == null || text.isBlank() || text.length() > LONGEST_STATE ? null : text.strip();
    }

    /** Everything upstream of the {@code contextWrite} belongs there; as before, where these are none. */
    public static Function<Context, Context> write(@Nullable String traceparent, @Nullable String tracestate) {
        return of(traceparent, tracestate).map(TraceContext::write).orElse(Function.identity());
    }

    /** Everything upstream of the {@code contextWrite} belongs there. */
    public Function<Context, Context> write() {
        return context -> context.put(KEY, this);
    }

    /** What is in this Context. */
    public static Optional<TraceContext> in(ContextView context) {
        return context.getOrEmpty(KEY);
    }

    /** Version, trace, parent and flags. */
    public String traceparent() {
        return traceparent;
    }

    /** What vendors say of it; null for nothing. */
    public @Nullable String tracestate() {
        return tracestate;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TraceContext that && fields().equals(that.fields());
    }

    @Override
    public int hashCode() {
        return fields().hashCode();
    }

    private String fields() {
        return traceparent + " " + tracestate;
    }

    @Override
    public String toString() {
        return traceparent;
    }
}
