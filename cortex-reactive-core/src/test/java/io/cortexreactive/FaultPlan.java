package io.cortexreactive;

import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.testing.Fault;
import io.cortexreactive.testing.ReplyScript;
import io.cortexreactive.testing.ScriptedCall;
import io.cortexreactive.testing.ScriptedReply;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Decides by a seed what goes wrong with which attempt of which call, in whatever order they arrive. Each token says
 * which call it is of, so that none can be taken for another.
 */
abstract class FaultPlan implements ReplyScript {

    static final int TOKENS = 8;

    private static final byte[] PAGE = "<html>Bad gateway</html>".getBytes(StandardCharsets.UTF_8);

    private final long seed;
    private final Map<Integer, AtomicInteger> attempts = new ConcurrentHashMap<>();
    private final AtomicInteger failures = new AtomicInteger();

    FaultPlan(long seed) {
        this.seed = seed;
    }

    /**
     * A tenth of attempts gets an error of the server, a tenth is throttled, a twentieth garbage, a twentieth reset.
     */
    static FaultPlan chaos(Wire wire, long seed) {
        return new FaultPlan(seed) {
            @Override
            @Nullable
            Fault fault(SplittableRandom dice, int attempt) {
                int roll = dice.nextInt(100);
                if (roll < 10) {
                    return Fault.status(500 + dice.nextInt(5), "internal_error", "down");
                }
                if (roll < 20) {
                    return wire.throttled().withHeader("retry-after-ms", "1");
                }
                if (roll < 25) {
                    return garbage(dice.nextInt(3));
                }
                if (roll < 30) {
                    return dice.nextBoolean() ? Fault.resetBeforeResponse() : Fault.cutAfter(0);
                }
                return null;
            }
        };
    }

    private static Fault garbage(int kind) {
        return switch (kind) {
            case 0 -> Fault.garbageBody(200, "text/html", "<html>Log in first</html>");
            case 1 -> Fault.garbageAfter(0, PAGE);
            default -> Fault.badCrcAfter(0);
        };
    }

    /**
     * The first one to three attempts are cut: before the head of the response, in the middle of the tokens, or after
     * the last one before the end marker. Tokens say which attempt they are of, too.
     */
    static FaultPlan cuts(long seed) {
        return new FaultPlan(seed) {
            @Override
            @Nullable
            Fault fault(SplittableRandom dice, int attempt) {
                int point = dice.nextInt(3);
                int middle = 1 + dice.nextInt(TOKENS - 1);
                if (attempt > 1 && (attempt > 3 || dice.nextBoolean())) {
                    return null;
                }
                return point == 0 ? Fault.resetBeforeResponse() : Fault.cutAfter(point == 1 ? middle : TOKENS);
            }

            @Override
            List<String> tokens(int call, int attempt) {
                return named(call + "/" + attempt);
            }
        };
    }

    /** Null if nothing goes wrong. */
    abstract @Nullable Fault fault(SplittableRandom dice, int attempt);

    List<String> tokens(int call, int attempt) {
        return named(Integer.toString(call));
    }

    private static List<String> named(String of) {
        return IntStream.range(0, TOKENS)
                .mapToObj(token -> of + "." + token + " ")
                .toList();
    }

    /** What a call that comes through gives. */
    List<String> whole(int call) {
        return tokens(call, 0);
    }

    private @Nullable Fault fault(int call, int attempt) {
        return fault(new SplittableRandom(seed * 1_000_003 + call * 31L + attempt), attempt);
    }

    /** The tokens of each attempt that gets that far, up to the first that comes through. */
    List<List<String>> sent(int call) {
        List<List<String>> sent = new ArrayList<>();
        for (int attempt = 1; ; attempt++) {
            Fault fault = fault(call, attempt);
            List<String> tokens = tokens(call, attempt);
            if (fault == null) {
                sent.add(tokens);
                return sent;
            }
            if (!fault.equals(Fault.resetBeforeResponse())) {
                sent.add(tokens.subList(0, cutAfter(fault)));
            }
        }
    }

    private static int cutAfter(Fault fault) {
        return IntStream.rangeClosed(0, TOKENS)
                .filter(tokens -> fault.equals(Fault.cutAfter(tokens)))
                .findFirst()
                .orElseThrow();
    }

    static ChatRequest request(int call) {
        return ChatRequest.of(Integer.toString(call));
    }

    @Override
    public ScriptedReply reply(ScriptedCall asked) {
        int call = Integer.parseInt(asked.request().messages().get(0).text());
        int attempt =
                attempts.computeIfAbsent(call, first -> new AtomicInteger()).incrementAndGet();
        ScriptedReply.Builder reply =
                ScriptedReply.builder().chunks(tokens(call, attempt).toArray(String[]::new));
        Fault fault = fault(call, attempt);
        if (fault != null) {
            failures.incrementAndGet();
            reply.fault(fault);
        }
        return reply.build();
    }

    /** The attempts so far with which something went wrong. */
    int failures() {
        return failures.get();
    }
}
