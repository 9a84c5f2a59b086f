package io.cortexreactive.schema;

import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.DialectId;
import com.networknt.schema.path.PathType;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The drafts of JSON Schema that are understood, with formats and patterns that cost linear time. */
final class Dialects {

    private static final SchemaRegistryConfig CONFIG = SchemaRegistryConfig.builder()
            .regularExpressionFactory(new LinearRegexFactory())
            .pathType(PathType.JSON_PATH)
            .losslessNarrowing(true)
            .formatAssertionsEnabled(true)
            .locale(Locale.ROOT)
            .build();

    /** The first is meant where a schema names none. */
    private static final List<Dialect> ALL = Stream.of(
                    com.networknt.schema.dialect.Dialects.getDraft202012(),
                    com.networknt.schema.dialect.Dialects.getDraft201909(),
                    com.networknt.schema.dialect.Dialects.getDraft7(),
                    com.networknt.schema.dialect.Dialects.getDraft6(),
                    com.networknt.schema.dialect.Dialects.getDraft4())
            .map(Dialects::bounded)
            .toList();

    private static final SchemaRegistry META = registry();

    static {
        warmUp();
    }

    private Dialects() {}

    private static Dialect bounded(Dialect dialect) {
        return Dialect.builder(dialect)
                .formats(formats -> {
                    LinearFormat.ALL.forEach(format -> formats.put(format.getName(), format));
                    formats.replaceAll((name, format) -> new BoundedFormat(format));
                })
                .build();
    }

    /** Some formats read a table from the class path at first, which must not be left to an event loop. */
    private static void warmUp() {
        JsonNode schema = JsonMapper.shared().readTree("{\"format\":\"idn-hostname\"}");
        registry().getSchema(schema).validate(JsonMapper.shared().readTree("\"a\u00df\u200d.example\""));
    }

    static SchemaRegistry registry() {
        return SchemaRegistry.withDialects(ALL, builder -> builder.schemaRegistryConfig(CONFIG));
    }

    /** What a schema itself has to be like. */
    static com.networknt.schema.Schema metaSchema(JsonNode schema) {
        JsonNode named = schema.get("$schema");
        String id = named != null && named.isString() ? named.stringValue() : DialectId.DRAFT_2020_12;
        return META.getSchema(SchemaLocation.of(META.getDialect(id).getId()));
    }
}
