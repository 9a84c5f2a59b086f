package io.cortexreactive.resilience;

import io.cortexreactive.resilience.RetryPolicy.Budget;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/**
 * Keeps retries in proportion to calls, so that a service in trouble is not buried under them. A bucket of tokens as
 * Finagle's {@code RetryBudget} has it. Thread-safe, without locks.
 */
final class RetryBudget extends Part {

    private static final double NANOS_PER_SECOND = 1e9;
    private static final double SECONDS_KEPT = 10;

    private final Budget settings;
    private final LongSupplier nanos;
    private final AtomicReference<Account> account;

    RetryBudget(Budget settings, LongSupplier nanos) {
        this.settings = settings;
        this.nanos = nanos;
        account = new AtomicReference<>(new Account(reserve(), nanos.getAsLong()));
    }

    private double reserve() {
        return settings.perSecond() * SECONDS_KEPT;
    }

    /** Below the reserve, with which one begins. */
    @Override
    public boolean holdsBack() {
        Account now = Objects.requireNonNull(account.get()).at(nanos.getAsLong(), settings);
        return now.balance < reserve();
    }

    /** A call is made. */
    void deposit() {
        change(settings.ratio());
    }

    /** Whether there may be a retry, which is spent with it. */
    boolean withdraw() {
        return change(-1);
    }

    /** False, and nothing changed but the time, if the balance would be negative. */
    private boolean change(double amount) {
        while (true) {
            Account before = Objects.requireNonNull(account.get());
            Account now = before.at(nanos.getAsLong(), settings);
            Account after = now.plus(amount);
            boolean allowed = after.balance >= 0;
            if (account.compareAndSet(before, allowed ? after : now)) {
                return allowed;
            }
        }
    }

    /** What earned tokens lose over time, the seconds give back up to the reserve. */
    private record Account(double balance, long time) {

        Account at(long now, Budget settings) {
            double seconds = Math.max(0, (now - time) / NANOS_PER_SECOND);
            double reserve = settings.perSecond() * SECONDS_KEPT;
            double target = balance < reserve
                    ? Math.min(reserve, balance + seconds * settings.perSecond())
                    : reserve + (balance - reserve) * Math.max(0, 1 - seconds / SECONDS_KEPT);
            return new Account(Double.isNaN(target) ? balance : target, now);
        }

        Account plus(double amount) {
            return new Account(balance + amount, time);
        }
    }
}
