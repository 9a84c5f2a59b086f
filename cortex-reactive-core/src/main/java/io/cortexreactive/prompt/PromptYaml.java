package io.cortexreactive.prompt;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.constructor.StandardConstructor;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/** What {@code prompt.yaml} says of all versions of a prompt. */
final class PromptYaml {

    static final String NAME = "prompt.yaml";

    private static final int MAX_BYTES = 1 << 20;
    private static final int MAX_ALIASES = 20;
    private static final int MAX_DEPTH = 50;
    private static final Set<String> KEYS =
            Set.of("id", "name", "description", "required_variables", "defaults", "metadata");

    private final String file;
    private final String fallbackId;
    private final LoadSettings settings;
    private final Map<String, Node> nodes = new HashMap<>();
    private final String id;

    private PromptYaml(String file, String fallbackId, String text) {
        this.file = file;
        this.fallbackId = fallbackId;
        this.settings = LoadSettings.builder()
                .setLabel(file)
                .setMaxAliasesForCollections(MAX_ALIASES)
                .setCodePointLimit(MAX_BYTES)
                .build();
        try {
            checkDepth(new Parse(settings).parseString(text));
            new Composer(settings, new ParserImpl(settings, new StreamReader(settings, text)))
                    .getSingleNode()
                    .ifPresent(this::readKeys);
            this.id = readId();
        } catch (YamlEngineException e) {
            throw invalid(e);
        }
    }

    /**
     * Reads the file.
     *
     * @param fallbackId the prompt's id, if the file says nothing else
     * @throws PromptLoadException naming the line that cannot be used
     */
    static PromptYaml read(Path file, String fallbackId) {
        return new PromptYaml(file.toString(), fallbackId, TextFile.read(file, MAX_BYTES));
    }

    /** For a prompt without the file. */
    static PromptYaml absent(Path directory, String id) {
        return new PromptYaml(directory.toString(), id, "");
    }

    String id() {
        return id;
    }

    /** A builder with all of it; version and template are to come. */
    PromptBuilder builder() {
        try {
            PromptBuilder builder = new PromptBuilder(id).name(text("name", id));
            builder.requiredVariables(variables().toArray(String[]::new));
            map("defaults").forEach((name, value) -> builder.defaultValue(String.valueOf(name), value));
            map("metadata").forEach((name, value) -> builder.metadata(String.valueOf(name), value));
            if (nodes.containsKey("description")) {
                builder.metadata("description", text("description", ""));
            }
            return builder;
        } catch (YamlEngineException e) {
            throw invalid(e);
        }
    }

    private String readId() {
        String read = text("id", fallbackId);
        if (read.isBlank()) {
            throw wrong(nodes.get("id"), "'id' is blank");
        }
        return read;
    }

    /** Before anything recursive: a node in a node in a node would use up the stack. */
    private void checkDepth(Iterable<Event> events) {
        int depth = 0;
        for (Event event : events) {
            if (event instanceof CollectionStartEvent && ++depth > MAX_DEPTH) {
                throw new PromptLoadException(
                        file, line(event.getStartMark()), "is nested more than " + MAX_DEPTH + " levels deep", null);
            }
            if (event instanceof CollectionEndEvent) {
                depth--;
            }
        }
    }

    private void readKeys(Node root) {
        if (!(root instanceof MappingNode mapping)) {
            throw wrong(root, "must be keys and values");
        }
        for (NodeTuple entry : mapping.getValue()) {
            String key = entry.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "";
            if (!KEYS.contains(key)) {
                throw wrong(
                        entry.getKeyNode(),
                        "'" + key + "' is not known here. Known are: "
                                + String.join(", ", KEYS.stream().sorted().toList()));
            }
            if (nodes.put(key, entry.getValueNode()) != null) {
                throw wrong(entry.getKeyNode(), "'" + key + "' stands here twice");
            }
        }
    }

    private String text(String key, String fallback) {
        Node node = nodes.get(key);
        if (node == null) {
            return fallback;
        }
        if (node instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        throw wrong(node, "'" + key + "' must be a text");
    }

    private List<String> variables() {
        Object value = value("required_variables");
        if (value == null) {
            return List.of();
        }
        List<String> variables = new ArrayList<>();
        if (value instanceof List<?> names) {
            names.forEach(name -> variables.add(name instanceof String text ? text.trim() : ""));
        }
        if (!(value instanceof List<?>) || variables.contains("")) {
            throw wrong(nodes.get("required_variables"), "'required_variables' must be a list of names");
        }
        return variables;
    }

    private Map<?, ?> map(String key) {
        Object value = value(key);
        if (value == null) {
            return Map.of();
        }
        if (value instanceof Map<?, ?> map) {
            return map;
        }
        throw wrong(nodes.get(key), "'" + key + "' must be keys and values");
    }

    private @Nullable Object value(String key) {
        Node node = nodes.get(key);
        return node == null ? null : new StandardConstructor(settings).constructSingleDocument(Optional.of(node));
    }

    private PromptLoadException invalid(YamlEngineException e) {
        if (e instanceof MarkedYamlEngineException marked) {
            return new PromptLoadException(
                    file, line(marked.getProblemMark()), "is no valid YAML: " + marked.getProblem(), e);
        }
        return new PromptLoadException(file, 0, "is no valid YAML: " + e.getMessage(), e);
    }

    private PromptLoadException wrong(@Nullable Node node, String problem) {
        return new PromptLoadException(file, node == null ? 0 : line(node.getStartMark()), problem, null);
    }

    private static int line(Optional<Mark> mark) {
        return mark.map(known -> known.getLine() + 1).orElse(0);
    }
}
