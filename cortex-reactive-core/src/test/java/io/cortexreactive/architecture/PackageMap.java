package io.cortexreactive.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The package map: one package is one capability, and arrows only point down. A package that is not on the map fails,
 * so a new one is drawn here first. Nothing may import the front door, the package without a name below the base.
 */
final class PackageMap {

    private static final String FRONT_DOOR = "";

    /** Every layer above may import all of these; what they import of each other is in the arrows. */
    private static final Set<String> FOUNDATIONS =
            Set.of("message", "prompt", "event", "schema", "resilience", "plugin", "tenant", "error");

    /** What a package may import, besides the foundations if it is none itself. */
    private static final Map<String, Set<String>> ARROWS = Map.ofEntries(
            entry("error", Set.of()),
            entry("schema", Set.of("error")),
            entry("resilience", Set.of("error")),
            entry("plugin", Set.of("error")),
            entry("tenant", Set.of("error")),
            entry("event", Set.of("tenant", "error")),
            entry("prompt", Set.of("schema", "plugin", "error")),
            entry("message", Set.of("schema", "error")),
            entry("durable", Set.of()),
            entry("tool", Set.of()),
            entry("provider", Set.of()),
            entry("provider.wire", Set.of("provider")),
            entry("provider.bedrock", Set.of("provider", "provider.wire")),
            entry("provider.openai", Set.of("provider", "provider.wire")),
            entry("provider.anthropic", Set.of("provider", "provider.wire")),
            entry("chat", Set.of("durable", "provider")),
            entry("chat.channel", Set.of("chat", "durable")),
            entry("testing", Set.of("provider")),
            entry("retrieval", Set.of("provider")),
            entry("mcp", Set.of("tool", "prompt")),
            // Whoever sees chat sees provider too: chat's own signatures name its models and errors.
            entry("guardrail", Set.of("chat", "provider")),
            entry("guardrail.pii", Set.of("guardrail")),
            entry("guardrail.bedrock", Set.of("guardrail", "chat", "provider.bedrock", "provider")),
            entry("structured", Set.of("chat", "provider")),
            entry("usage", Set.of("chat", "provider")),
            entry("cache", Set.of("chat", "provider")),
            entry("context", Set.of("chat", "provider")),
            entry("memory", Set.of("chat", "provider", "usage")),
            entry("agent", Set.of("durable", "structured", "memory", "retrieval", "chat", "provider", "tool")),
            entry(
                    "agent.queue",
                    Set.of("agent", "durable", "structured", "memory", "retrieval", "chat", "provider", "tool")),
            entry("sse", Set.of("agent", "chat", "tool")),
            entry("workflow", Set.of("agent", "durable", "tool")));

    private PackageMap() {}

    /** Packages below {@code base} import only what the map allows. */
    static ArchRule arrows(String base) {
        return classes().should(followTheMap(base)).as("classes below " + base + " should follow the package map");
    }

    /** Packages below {@code base} depend on each other in one direction. */
    static ArchRule noCycles(String base) {
        return slices().assignedFrom(packagesBelow(base)).should().beFreeOfCycles();
    }

    private static ArchCondition<JavaClass> followTheMap(String base) {
        return new ArchCondition<>("import only what the package map allows") {
            @Override
            public void check(JavaClass origin, ConditionEvents events) {
                String from = keyOf(origin, base);
                if (!from.equals(FRONT_DOOR) && !ARROWS.containsKey(from)) {
                    events.add(SimpleConditionEvent.violated(
                            origin, origin.getName() + ": package '" + from + "' is not on the package map"));
                }
                for (Dependency dependency : origin.getDirectDependenciesFromSelf()) {
                    if (isBelow(dependency.getTargetClass(), base)) {
                        checkArrow(from, dependency, keyOf(dependency.getTargetClass(), base), events);
                    }
                }
            }
        };
    }

    private static void checkArrow(String from, Dependency dependency, String to, ConditionEvents events) {
        if (!to.equals(from) && !from.equals(FRONT_DOOR) && !allowedFrom(from).contains(to)) {
            events.add(SimpleConditionEvent.violated(
                    dependency, "no arrow '" + from + "' -> '" + to + "': " + dependency.getDescription()));
        }
    }

    private static Set<String> allowedFrom(String from) {
        Set<String> allowed = new HashSet<>(ARROWS.getOrDefault(from, Set.of()));
        if (!FOUNDATIONS.contains(from)) {
            allowed.addAll(FOUNDATIONS);
        }
        return allowed;
    }

    private static SliceAssignment packagesBelow(String base) {
        return new SliceAssignment() {
            @Override
            public SliceIdentifier getIdentifierOf(JavaClass type) {
                return isBelow(type, base) ? SliceIdentifier.of(type.getPackageName()) : SliceIdentifier.ignore();
            }

            @Override
            public String getDescription() {
                return "packages below " + base;
            }
        };
    }

    private static boolean isBelow(JavaClass type, String base) {
        return type.getPackageName().equals(base) || type.getPackageName().startsWith(base + ".");
    }

    private static String keyOf(JavaClass type, String base) {
        return type.getPackageName().equals(base)
                ? FRONT_DOOR
                : type.getPackageName().substring(base.length() + 1);
    }
}
