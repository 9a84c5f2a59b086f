package io.cortexreactive.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import java.util.Map;

/** The classes that may do what a rule forbids, each with its reason. A class covers those nested in it. */
record Allowances(Map<String, String> reasons) {

    static final Allowances NONE = new Allowances(Map.of());

    /** Who waits for a publisher. */
    static final Allowances BLOCKING = new Allowances(Map.of(
            "Features", "Starts plugins and loads prompts for Cortex.Builder.build(), which blocks and says so."));

    /** Who subscribes by hand. */
    static final Allowances SUBSCRIBING = new Allowances(Map.of(
            "durable.Incarnation",
            "Beats until its worker leaves. Nobody else is there to subscribe.",
            "durable.Worker",
            "Begins runs that are its own.",
            "event.DefaultEventHub",
            "Puts a mailbox between the sink and each subscriber. The mailbox hands on Context, demand and cancel.",
            "prompt.PromptPlugin",
            "Watches directories from its boot to its shutdown, which cancels that. Nobody else is there to subscribe.",
            "resilience.Cutoff$CutSubscriber",
            "Waits for the signal beside the source, with its Context, and leaves it when the source has ended.",
            "resilience.Detached",
            "Finishes what was sent, with its caller's Context. A caller sees the end, and may go."));

    /** Who shares a subscription, of something that belongs to no tenant or to one alone. */
    static final Allowances SHARING = new Allowances(Map.of(
            "chat.channel.Tail",
            "All who follow a channel in this process wait for the same looks. The channel is one tenant's.",
            "provider.bedrock.BedrockCredentials$Chained",
            "All who need the process's own credentials wait for one look-up. Those of a tenant are never looked up."));

    boolean cover(JavaClass type) {
        return reasons.keySet().stream()
                .map(name -> Classes.BASE + "." + name)
                .anyMatch(name -> type.getName().equals(name) || type.getName().startsWith(name + "$"));
    }
}
