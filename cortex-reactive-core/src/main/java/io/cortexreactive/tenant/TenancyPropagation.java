package io.cortexreactive.tenant;

import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ThreadLocalAccessor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Bridges the Context to thread-locals and to the logging context, for code that reads those. Off until
 * {@link #register} is called; then Reactor's {@code contextCapture}, {@code handle}, {@code tap}, or
 * {@code Hooks.enableAutomaticContextPropagation()} restore {@code tenantId} and {@code correlationId} in SLF4J's MDC.
 * Needs {@code io.micrometer:context-propagation} on the class path.
 */
public final class TenancyPropagation {

    /** MDC key of the tenant's id. */
    public static final String MDC_TENANT = "tenantId";

    /** MDC key of the correlation id. */
    public static final String MDC_CORRELATION = "correlationId";

    private static final ThreadLocal<@Nullable TenantContext> TENANT = new ThreadLocal<>();
    private static final ThreadLocal<@Nullable String> CORRELATION = new ThreadLocal<>();

    private TenancyPropagation() {}

    /** Registers the bridge, for the whole process when given {@link ContextRegistry#getInstance()}. */
    public static void register(ContextRegistry registry) {
        registry.registerThreadLocalAccessor(
                new MdcAccessor<TenantContext>(TENANT, Tenancy.TENANT_KEY, MDC_TENANT, TenantContext::id));
        registry.registerThreadLocalAccessor(
                new MdcAccessor<String>(CORRELATION, Tenancy.CORRELATION_KEY, MDC_CORRELATION, id -> id));
    }

    /** Undoes {@link #register}. */
    public static void unregister(ContextRegistry registry) {
        registry.removeThreadLocalAccessor(Tenancy.TENANT_KEY);
        registry.removeThreadLocalAccessor(Tenancy.CORRELATION_KEY);
    }

    private static final class MdcAccessor<T> implements ThreadLocalAccessor<T> {

        private final ThreadLocal<@Nullable T> value;
        private final String key;
        private final String mdcKey;
        private final Function<T, @Nullable String> text;

        MdcAccessor(ThreadLocal<@Nullable T> value, String key, String mdcKey, Function<T, @Nullable String> text) {
            this.value = value;
            this.key = key;
            this.mdcKey = mdcKey;
            this.text = text;
        }

        @Override
        public Object key() {
            return key;
        }

        @Override
        public @Nullable T getValue() {
            return value.get();
        }

        @Override
        public void setValue(T current) {
            value.set(current);
            MDC.put(mdcKey, text.apply(current));
        }

        @Override
        public void setValue() {
            value.remove();
            MDC.remove(mdcKey);
        }
    }
}
