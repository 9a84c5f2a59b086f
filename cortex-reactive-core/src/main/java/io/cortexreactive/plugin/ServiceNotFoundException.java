package io.cortexreactive.plugin;

import io.cortexreactive.error.Lasting;
import java.util.Collection;

/** Nobody registered an implementation of this type. */
public final class ServiceNotFoundException extends PluginException implements Lasting {

    ServiceNotFoundException(Class<?> type, Collection<Class<?>> known) {
        super(
                "service_not_found",
                "There is no implementation of " + type.getName() + ". There are those of: "
                        + String.join(
                                ", ",
                                known.stream().map(Class::getName).sorted().toList())
                        + ".",
                null);
    }
}
