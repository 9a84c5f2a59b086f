package io.cortexreactive.benchmarks;

import com.networknt.schema.Error;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.cortexreactive.schema.Schema;
import io.cortexreactive.schema.ValidationResult;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What it costs to check the arguments of a tool, with the validator alone as the measure. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(3)
@State(Scope.Benchmark)
public class SchemaBenchmark {

    private final Schema schema = Schema.object()
            .property("city", Schema.string().minLength(2).pattern("^[A-Z]"))
            .property("days", Schema.integer().minimum(1).maximum(10))
            .property("tags", Schema.array(Schema.enumOf("sea", "snow", "city")))
            .required("city", "days")
            .additionalProperties(false);
    private final Map<String, Object> valid = Map.of("city", "Oslo", "days", 3, "tags", List.of("sea", "snow"));
    private final Map<String, Object> invalid = Map.of("city", "oslo", "days", 30, "tags", List.of("sea", "sun"));
    private final JsonNode tree = JsonMapper.shared().valueToTree(valid);
    private final com.networknt.schema.Schema validator = SchemaRegistry.withDefaultDialect(
                    SpecificationVersion.DRAFT_2020_12)
            .getSchema(schema.toJson());

    /** Arguments that fit, as a tool gets them. */
    @Benchmark
    public ValidationResult validMap() {
        return schema.validate(valid);
    }

    /** The same as a tree. */
    @Benchmark
    public ValidationResult validTree() {
        return schema.validate(tree);
    }

    /** Arguments with three errors, in words. */
    @Benchmark
    public ValidationResult invalidMap() {
        return schema.validate(invalid);
    }

    /** The validator alone, with patterns of the JDK, without limits and formats. */
    @Benchmark
    public List<Error> validatorAlone() {
        return validator.validate(tree);
    }

    /** A schema is read, checked and compiled. */
    @Benchmark
    public ValidationResult freshSchema() {
        return Schema.fromMap(schema.toMap()).validate(valid);
    }
}
