package io.cortexreactive.event;

import java.util.Set;

/** Event types as configuration names them: by simple or full class name, one event or a whole family. */
record EventNames(Set<String> names) {

    EventNames {
        names = Set.copyOf(names);
    }

    /** Whether the type itself, or a type that it extends or implements, is named. */
    boolean include(Class<?> type) {
        return isNamed(type) || superclassIsNamed(type) || anInterfaceIsNamed(type);
    }

    private boolean isNamed(Class<?> type) {
        return names.contains(type.getSimpleName())
                || names.contains(type.getName())
                || names.contains(String.valueOf(type.getCanonicalName()));
    }

    private boolean superclassIsNamed(Class<?> type) {
        return type.getSuperclass() != null && include(type.getSuperclass());
    }

    private boolean anInterfaceIsNamed(Class<?> type) {
        for (Class<?> extended : type.getInterfaces()) {
            if (include(extended)) {
                return true;
            }
        }
        return false;
    }
}
