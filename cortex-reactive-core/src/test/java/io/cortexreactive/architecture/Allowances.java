package io.cortexreactive.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The classes that may do what a rule forbids, each with its reason. A class covers those nested in it. */
record Allowances(Map<String, String> reasons) {

    static final Allowances NONE = new Allowances(Map.of());

    /** Who subscribes by hand. */
    static final Allowances SUBSCRIBING = new Allowances(
            Map.of("event.DefaultEventHub", "connects the hub's own sink to the mailbox of each subscription"));

    /** Who shares a subscription, of something that belongs to no tenant. */
    static final Allowances SHARING = new Allowances(Map.of());

    boolean cover(JavaClass type) {
        return reasons.keySet().stream()
                .map(name -> Classes.BASE + "." + name)
                .anyMatch(name -> type.getName().equals(name) || type.getName().startsWith(name + "$"));
    }

    /** The names of all that have an allowance. */
    static Set<String> all() {
        return Stream.of(SUBSCRIBING, SHARING)
                .flatMap(allowances -> allowances.reasons.keySet().stream())
                .collect(Collectors.toSet());
    }
}
