package io.cortexreactive.persistence.redis;

import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.durable.Transition.Guard;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * By what claim this process has the runs it has. A server that has lost its latest writes gives out an epoch a second
 * time; the claim's token it does not.
 */
final class ClaimTokens {

    private final Map<RunKey, Claimed> tokens = new ConcurrentHashMap<>();

    private record Claimed(long epoch, String token) {}

    void keep(RunRecord run, @Nullable String token) {
        if (token != null) {
            tokens.put(run.key(), new Claimed(run.progress().epoch(), token));
        }
    }

    /** Null for a run that was claimed elsewhere. */
    @Nullable
    String of(Guard guard) {
        Claimed claimed = tokens.get(guard.key());
        return claimed == null || claimed.epoch() != guard.epoch() ? null : claimed.token();
    }

    void forget(Guard guard) {
        tokens.computeIfPresent(guard.key(), (key, claimed) -> claimed.epoch() == guard.epoch() ? null : claimed);
    }
}
