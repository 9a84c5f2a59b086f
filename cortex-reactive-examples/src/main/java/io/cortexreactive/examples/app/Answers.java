package io.cortexreactive.examples.app;

import static io.cortexreactive.examples.app.RejectedException.invalid;

import io.cortexreactive.Cortex;
import io.cortexreactive.chat.ChatClient;
import io.cortexreactive.chat.ChatResilience;
import io.cortexreactive.chat.Fallback;
import io.cortexreactive.examples.backend.Backend;
import io.cortexreactive.examples.backend.Backends;
import io.cortexreactive.resilience.ResiliencePolicy;
import io.cortexreactive.resilience.RetryPolicy;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The ways to get an answer: whom to ask, and what to do when that fails. */
@Component
public final class Answers {

    /** Somebody waits in front of a page: few attempts, short waits, and nothing that takes longer. */
    private static final ResiliencePolicy POLICY = ResiliencePolicy.builder()
            .retry(RetryPolicy.attempts(3)
                    .withDelays(Duration.ofSeconds(1), Duration.ofSeconds(4))
                    .withRetryAfterCap(Duration.ofSeconds(20)))
            .build();

    private static final Pattern MODEL = Pattern.compile("[\\w.:/@+-]{1,200}");

    private final Cortex cortex;
    private final Backends backends;

    Answers(Cortex cortex, Backends backends) {
        this.cortex = cortex;
        this.backends = backends;
    }

    /**
     * Who is asked.
     *
     * @param id null for the default
     * @throws RejectedException if there is none of this id
     */
    public Backend backend(@Nullable String id) {
        if (id == null) {
            return backends.all().get(0);
        }
        return backends.find(id)
                .orElseThrow(() ->
                        invalid("unknown_provider", "There is no such provider. There are: " + backends.ids() + "."));
    }

    /**
     * The model to ask; null for the provider's default.
     *
     * @throws RejectedException if it has no such model, or has no default and none is named
     */
    public static @Nullable String model(Backend backend, @Nullable String asked) {
        if (asked == null && backend.model() == null) {
            throw invalid("no_model", "Name a model: " + backend.name() + " has no default here.");
        }
        if (asked != null && !MODEL.matcher(asked).matches()) {
            throw invalid("invalid_model", "A model's name has up to 200 letters, digits, and . : / @ + _ -");
        }
        if (asked != null && !backend.mayHave(asked)) {
            throw invalid(
                    "unknown_model",
                    backend.name() + " has no such model. It has: " + String.join(", ", backend.models()) + ".");
        }
        return asked;
    }

    /**
     * Asks it.
     *
     * @param fallback whether the others are asked, in their order, when it fails
     * @param restart whether an answer that breaks off begins again
     */
    public ChatClient client(Backend first, boolean fallback, boolean restart) {
        ChatResilience alone = new ChatResilience(POLICY, List.of(), restart);
        ChatResilience resilience = fallback ? alone.withFallbacks(others(first)) : alone;
        return cortex.chat(first.id()).withResilience(resilience);
    }

    /** Asks it as the page has chosen. */
    ChatClient client(Backend first, ChatInput input) {
        ChatClient chat = client(first, Boolean.TRUE.equals(input.fallback()), Boolean.TRUE.equals(input.restart()));
        return Boolean.TRUE.equals(input.guarded()) ? chat.withGuardrails(ModelConfiguration.CARDS) : chat;
    }

    /** Only those that know what to answer with. */
    private Fallback[] others(Backend first) {
        return backends.all().stream()
                .filter(other -> !other.equals(first) && other.model() != null)
                .map(other -> Fallback.to(other.id()))
                .toArray(Fallback[]::new);
    }
}
