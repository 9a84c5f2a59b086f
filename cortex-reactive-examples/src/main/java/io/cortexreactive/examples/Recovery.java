package io.cortexreactive.examples;

import io.cortexreactive.Cortex;
import io.cortexreactive.chat.ChatEvent.ChatFallback;
import io.cortexreactive.chat.ChatResilience;
import io.cortexreactive.chat.Fallback;
import io.cortexreactive.provider.ProviderEvent.ProviderError;
import io.cortexreactive.testing.Fault;
import io.cortexreactive.testing.ScriptedProvider;
import io.cortexreactive.testing.ScriptedReply;

/** A busy provider is asked again; one that stays down is left for another. Each step is an event. */
public final class Recovery {

    private Recovery() {}

    /** Runs it. */
    public static void main(String... args) {
        ScriptedProvider main = ScriptedProvider.builder().id("main").build();
        ScriptedProvider spare = ScriptedProvider.builder().id("spare").build();
        Cortex cortex = Cortex.builder()
                .provider(main)
                .provider(spare)
                .resilience(ChatResilience.DEFAULTS.withFallbacks(Fallback.to("spare")))
                .build();
        cortex.events().all().subscribe(Recovery::tell);

        ScriptedReply busy = ScriptedReply.fail(Fault.status(503, "unavailable", "down for a moment"));
        main.enqueue(busy);
        main.enqueue(ScriptedReply.text("The second attempt has an answer."));
        cortex.chat().text("Are you there?").doOnNext(System.out::println).blockLast();

        for (int attempt = 0; attempt < 5; attempt++) {
            main.enqueue(busy);
        }
        spare.enqueue(ScriptedReply.text("The other provider has an answer."));
        cortex.chat().text("And now?").doOnNext(System.out::println).blockLast();

        cortex.close().block();
    }

    private static void tell(Object event) {
        if (event instanceof ProviderError failed) {
            System.out.println(
                    failed.provider() + " failed: " + failed.exception().code());
        } else if (event instanceof ChatFallback fallback) {
            System.out.println(fallback.from() + " is given up, " + fallback.to() + " is asked");
        }
    }
}
