package io.cortexreactive.persistence.postgres;

import io.cortexreactive.provider.wire.WireJson;
import io.cortexreactive.retrieval.RetrievedContent;
import io.cortexreactive.retrieval.RetrievedItem;
import io.cortexreactive.tenant.TenantContext;
import io.cortexreactive.tenant.TenantManager;
import io.cortexreactive.tenant.TenantResolver;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Runs one statement, each time on a connection of its own. */
record Lookup(ConnectionFactory connections, SearchSql sql) {

    private static final TenantManager TENANTS = TenantManager.create(TenantResolver.none(), true);

    /** Finds out whose rows count, before anything else is done. */
    Mono<RetrievedContent> forTenant(Function<Optional<String>, Mono<RetrievedContent>> search) {
        return tenant().flatMap(search);
    }

    /** Finds what fits. */
    Mono<RetrievedContent> find(Object asked, int limit, Optional<String> tenant) {
        return find(values(asked, limit, tenant));
    }

    private Mono<Optional<String>> tenant() {
        return sql.tenanted()
                ? TENANTS.current().mapNotNull(TenantContext::id).map(Optional::of)
                : Mono.just(Optional.empty());
    }

    private List<Object> values(Object asked, int limit, Optional<String> tenant) {
        List<Object> values = new ArrayList<>(List.of(asked, limit));
        tenant.ifPresent(values::add);
        values.addAll(sql.constants());
        return values;
    }

    private Mono<RetrievedContent> find(List<Object> values) {
        return Flux.usingWhen(
                        Mono.defer(() -> Mono.<Connection>from(connections.create())),
                        connection -> rows(connection, values),
                        Database::giveBack,
                        (connection, error) -> Database.giveBack(connection),
                        Database::abandon)
                .collectList()
                .map(RetrievedContent::new)
                .onErrorMap(Exception.class, DriverErrors::translate);
    }

    private Flux<RetrievedItem> rows(Connection connection, List<Object> values) {
        Statement statement = connection.createStatement(sql.text());
        for (int i = 0; i < values.size(); i++) {
            statement.bind(i, values.get(i));
        }
        return Flux.from(statement.execute()).concatMap(result -> result.map(Lookup::item));
    }

    private static RetrievedItem item(Readable row) {
        return new RetrievedItem(
                Objects.requireNonNull(row.get(0, String.class)),
                Objects.requireNonNull(row.get(1, Double.class)),
                metadata(row.get(2, String.class)));
    }

    /** Without what is not known of this row. */
    private static Map<String, Object> metadata(@Nullable String json) {
        Map<String, Object> told = json == null ? null : WireJson.object(json);
        Map<String, Object> known = told == null ? new HashMap<>() : told;
        known.values().removeIf(Objects::isNull);
        return known;
    }
}
