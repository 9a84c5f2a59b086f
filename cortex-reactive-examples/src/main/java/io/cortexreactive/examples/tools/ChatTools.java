package io.cortexreactive.examples.tools;

import io.cortexreactive.schema.Schema;
import io.cortexreactive.tool.Tool;
import io.cortexreactive.tool.ToolArgumentsException;
import io.cortexreactive.tool.ToolContext;
import io.cortexreactive.tool.ToolProgress;
import io.cortexreactive.tool.ToolResult;
import io.cortexreactive.tool.ToolUpdate;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The tools of the chat. */
public final class ChatTools {

    public static final String CLOCK = "clock";
    public static final String CALCULATOR = "calculator";
    public static final String DOCUMENTATION = "search_documentation";
    public static final String NOTE = "send_note";

    /** All of them, by name. */
    public static final List<String> NAMES = List.of(CLOCK, CALCULATOR, DOCUMENTATION, NOTE);

    private static final DateTimeFormatter DATE_AND_TIME =
            DateTimeFormatter.ofPattern("EEEE, d MMMM uuuu, HH:mm:ss 'in' VV", Locale.ENGLISH);
    private static final int MAX_NOTE = 500;

    private ChatTools() {}

    /** Makes them; takes a while the first time, since schemas are compiled. */
    public static List<Tool> create(Clock clock, Documentation documentation, Notes notes) {
        return List.of(clock(clock), calculator(), documentation(documentation), note(notes));
    }

    private static Tool clock(Clock clock) {
        return Tool.builder(CLOCK)
                .description("Tells date and time, now.")
                .input(Schema.object()
                        .property(
                                "zone",
                                Schema.string().description("A time zone, such as Europe/Oslo; UTC if left out")))
                .handler((input, context) -> Mono.fromSupplier(() -> time(clock, input)))
                .build();
    }

    private static String time(Clock clock, Map<String, Object> input) {
        Object zone = input.getOrDefault("zone", "UTC");
        try {
            return DATE_AND_TIME.format(clock.instant().atZone(ZoneId.of(String.valueOf(zone))));
        } catch (DateTimeException e) {
            throw new ToolArgumentsException("There is no time zone '" + zone + "'. Name one such as Europe/Oslo.");
        }
    }

    private static Tool calculator() {
        return Tool.builder(CALCULATOR)
                .description("Works out arithmetic exactly: numbers, + - * / % ^ and parentheses.")
                .input(Schema.object()
                        .property("expression", Schema.string().description("Such as 12 * (3 + 4)"))
                        .required("expression"))
                .handler((input, context) -> Mono.fromSupplier(() -> Expression.evaluate(text(input, "expression")))
                        .onErrorMap(
                                ExpressionException.class,
                                wrong -> new ToolArgumentsException(String.valueOf(wrong.getMessage()))))
                .build();
    }

    private static Tool documentation(Documentation documentation) {
        return Tool.builder(DOCUMENTATION)
                .description("Looks words up in the documentation of Cortex Reactive, and quotes what stands there.")
                .input(Schema.object()
                        .property("words", Schema.string().description("Words that the documentation would use"))
                        .required("words"))
                .handler((input, context) -> look(documentation, text(input, "words")))
                .build();
    }

    /** Tells page after page what it finds, then quotes the best. */
    private static Flux<ToolUpdate> look(Documentation documentation, String words) {
        return Flux.concat(
                Mono.fromSupplier(() -> new ToolProgress("Looks through " + documentation.pages() + " pages")),
                Flux.defer(() -> Flux.fromIterable(documentation.places(words)))
                        .map(place -> new ToolProgress("Finds " + place)),
                Mono.fromSupplier(() -> ToolResult.success(documentation.answer(words))));
    }

    private static Tool note(Notes notes) {
        return Tool.builder(NOTE)
                .description("Sends a short note to somebody. The user is asked before it goes out.")
                .input(Schema.object()
                        .property("to", Schema.string().minLength(1).maxLength(100))
                        .property("text", Schema.string().minLength(1).maxLength(MAX_NOTE))
                        .required("to", "text"))
                .requiresApproval(true)
                .handler((input, context) -> Mono.fromSupplier(() -> recorded(notes, input, context)))
                .build();
    }

    private static String recorded(Notes notes, Map<String, Object> input, ToolContext context) {
        String tenant = context.tenantId() == null ? "" : context.tenantId();
        Notes.Note note = notes.add(tenant, text(input, "to"), text(input, "text"));
        return "Note " + note.number() + " to " + note.to() + " is recorded.";
    }

    private static String text(Map<String, Object> input, String name) {
        return String.valueOf(input.get(name));
    }
}
