package io.cortexreactive.guardrail;

import io.cortexreactive.guardrail.GuardrailContent.Part;
import io.cortexreactive.guardrail.GuardrailContent.Source;
import io.cortexreactive.schema.Schema;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Lets only answers through that are JSON of the right shape. Needs the whole answer, so nothing of it is emitted
 * before it has ended. Reasoning and tool calls are not its concern, nor is an answer without text.
 */
public final class SchemaGuardrail implements Guardrail {

    private static final int MAX_PLACE = 100;

    private final String id;
    private final Function<@Nullable Object, List<String>> errors;

    private SchemaGuardrail(String id, Function<@Nullable Object, List<String>> errors) {
        this.id = id;
        this.errors = errors;
    }

    /** A guardrail on a schema. */
    public static SchemaGuardrail of(String id, Schema schema) {
        return new SchemaGuardrail(id, value -> schema.validate(value).errors());
    }

    /**
     * A guardrail on what another validator says.
     *
     * @param errors what is wrong with a JSON value, each with its place before a colon; empty if nothing is. It may
     *     block
     */
    public static SchemaGuardrail of(String id, Function<@Nullable Object, List<String>> errors) {
        return new SchemaGuardrail(id, errors);
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public boolean checks(Source source, Part part) {
        return source == Source.OUTPUT && part == Part.TEXT;
    }

    @Override
    public Mono<GuardrailResult> check(GuardrailContent content) {
        return Mono.fromSupplier(() -> decide(content.text()));
    }

    private GuardrailResult decide(String text) {
        try {
            List<Violation> violations = errors.apply(JsonMapper.shared().readValue(text, Object.class)).stream()
                    .map(error -> violation("schema", "It does not fit the schema at " + place(error), text))
                    .toList();
            return violations.isEmpty() ? GuardrailResult.pass() : GuardrailResult.block(violations);
        } catch (JacksonException e) {
            return GuardrailResult.block(violation("json", "It is no JSON", text));
        }
    }

    private static Violation violation(String rule, String description, String text) {
        return new Violation(rule, description, 0, text.length());
    }

    /** What follows the place may quote the answer. */
    private static String place(String error) {
        int colon = error.indexOf(": ");
        return error.substring(0, Math.min(colon < 0 ? 0 : colon, MAX_PLACE));
    }
}
