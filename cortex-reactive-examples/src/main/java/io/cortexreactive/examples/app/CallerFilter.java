package io.cortexreactive.examples.app;

import static io.cortexreactive.examples.app.RejectedException.invalid;

import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenantContext;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/** Puts who calls, and the id of the call, where everything below finds it: into the Reactor Context. */
@Component
final class CallerFilter implements WebFilter {

    static final String TENANT = "X-Tenant";
    static final String CORRELATION = "X-Correlation-Id";

    private static final Pattern CORRELATION_ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private final TenantDirectory tenants;

    CallerFilter(TenantDirectory tenants) {
        this.tenants = tenants;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        String tenant = exchange.getRequest().getHeaders().getFirst(TENANT);
        String correlation = exchange.getRequest().getHeaders().getFirst(CORRELATION);
        return chain.filter(exchange).contextWrite(context -> {
            Context known =
                    tenant == null ? context : Tenancy.as(tenant(tenant)).apply(context);
            return correlation == null
                    ? known
                    : Tenancy.correlation(checked(correlation)).apply(known);
        });
    }

    private TenantContext tenant(String id) {
        TenantContext tenant = tenants.find(id);
        if (tenant == null) {
            throw invalid("unknown_tenant", "There is no such tenant. " + TENANT + " is one of " + tenants.ids() + ".");
        }
        return tenant;
    }

    private static String checked(String correlation) {
        if (!CORRELATION_ID.matcher(correlation).matches()) {
            throw invalid("invalid_correlation_id", CORRELATION + " takes up to 64 letters, digits, '.', '_' and '-'.");
        }
        return correlation;
    }
}
