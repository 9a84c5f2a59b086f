package io.cortexreactive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.composer.Composer;
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
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/** Reads a YAML file into {@link ConfigNode}s that remember their line. */
final class YamlFile {

    private static final int MAX_BYTES = 1 << 20;
    private static final int MAX_ALIASES = 20;
    private static final int MAX_DEPTH = 50;

    private final String file;
    private final UnaryOperator<@Nullable String> environment;

    private YamlFile(String file, UnaryOperator<@Nullable String> environment) {
        this.file = file;
        this.environment = environment;
    }

    static ConfigNode read(Path path, UnaryOperator<@Nullable String> environment) {
        String file = path.toString();
        try {
            if (Files.size(path) > MAX_BYTES) {
                throw new ConfigurationException(file, 0, null, "is larger than " + MAX_BYTES + " bytes");
            }
            return new YamlFile(file, environment).parse(Files.readString(path));
        } catch (NoSuchFileException e) {
            throw new ConfigurationException(file, 0, null, "does not exist");
        } catch (IOException e) {
            throw new ConfigurationException(file, 0, null, "cannot be read as UTF-8 text: " + e);
        }
    }

    private ConfigNode parse(String text) {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(file)
                .setMaxAliasesForCollections(MAX_ALIASES)
                .setCodePointLimit(MAX_BYTES)
                .build();
        try {
            checkDepth(new Parse(settings).parseString(text));
            Optional<Node> root =
                    new Composer(settings, new ParserImpl(settings, new StreamReader(settings, text))).getSingleNode();
            return root.map(node -> convert(node, "")).orElseGet(() -> new ConfigNode(file, 1, "", Map.of()));
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(0);
            throw new ConfigurationException(file, line, null, "is no valid YAML: " + e.getProblem());
        } catch (YamlEngineException e) {
            throw new ConfigurationException(file, 0, null, "is no valid YAML: " + e.getMessage());
        }
    }

    /** Before anything recursive: a node in a node in a node would use up the stack. */
    private void checkDepth(Iterable<Event> events) {
        int depth = 0;
        for (Event event : events) {
            if (event instanceof CollectionStartEvent && ++depth > MAX_DEPTH) {
                throw new ConfigurationException(
                        file, line(event.getStartMark()), null, "is nested more than " + MAX_DEPTH + " levels deep");
            }
            if (event instanceof CollectionEndEvent) {
                depth--;
            }
        }
    }

    private ConfigNode convert(Node node, String path) {
        int line = line(node);
        if (node.isRecursive()) {
            throw new ConfigurationException(file, line, path, "contains itself");
        }
        if (node instanceof MappingNode mapping) {
            return new ConfigNode(file, line, path, children(mapping, path));
        }
        if (node instanceof SequenceNode sequence) {
            List<ConfigNode> items = sequence.getValue().stream()
                    .map(item -> convert(item, path))
                    .toList();
            return new ConfigNode(file, line, path, items);
        }
        String raw = ((ScalarNode) node).getValue();
        return new ConfigNode(file, line, path, substitute(raw, line, path));
    }

    private Map<String, ConfigNode> children(MappingNode mapping, String path) {
        Map<String, ConfigNode> children = new LinkedHashMap<>();
        for (NodeTuple entry : mapping.getValue()) {
            String name = name(entry.getKeyNode(), path);
            String childPath = path.isEmpty() ? name : path + "." + name;
            if (children.put(name, convert(entry.getValueNode(), childPath)) != null) {
                throw new ConfigurationException(file, line(entry.getKeyNode()), childPath, "stands here twice");
            }
        }
        return children;
    }

    private String name(Node key, String path) {
        if (key instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        throw new ConfigurationException(file, line(key), path, "has a key that is no text");
    }

    private String substitute(String raw, int line, String path) {
        try {
            return Placeholders.fill(raw, environment);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(file, line, path, String.valueOf(e.getMessage()));
        }
    }

    private static int line(Node node) {
        return line(node.getStartMark());
    }

    private static int line(Optional<Mark> mark) {
        return mark.map(known -> known.getLine() + 1).orElse(0);
    }
}
