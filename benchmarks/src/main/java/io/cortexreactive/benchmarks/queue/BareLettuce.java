package io.cortexreactive.benchmarks.queue;

import io.cortexreactive.agent.queue.AgentRunQueue;
import io.cortexreactive.benchmarks.client.StreamClient;
import io.cortexreactive.benchmarks.client.Transitions;
import io.cortexreactive.tenant.Tenancy;
import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.StringCodec;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Sends the scripts that this project has run for one run that was alone, with ids of its own of the same length, on
 * one connection, and reads nothing of the answers but which run it has claimed. A stream is a run.
 */
final class BareLettuce implements StreamClient {

    private static final Pattern ID = Pattern.compile("[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final int UUID_LENGTH = 36;
    private static final String OWN_WORKER = "bare";

    private final RedisAsyncCommands<String, String> commands;
    private final List<Script> scripts;
    private final String recorded;

    BareLettuce(URI server) {
        RedisClient client = RedisClient.create(server.toString());
        Queue<List<String>> sent = new ConcurrentLinkedQueue<>();
        client.addListener(new TappedCommands(command -> sent.add(TappedCommands.words(command))));
        AgentRunQueue queue = QueueClients.redis(client, server);
        recorded = QueuedAgents.twice(queue, sent::clear);
        scripts = ofRun(sent.stream().map(Script::new).toList(), recorded);
        queue.register(OWN_WORKER, Duration.ofHours(1)).block();
        commands =
                RedisClient.create(server.toString()).connect(StringCodec.UTF8).async();
    }

    /** Those that name the run, and the claim whose token one of them has. */
    private static List<Script> ofRun(List<Script> sent, String runId) {
        List<Script> naming =
                sent.stream().filter(script -> script.names(runId)).toList();
        Script claim = sent.stream()
                .filter(script -> naming.stream().anyMatch(other -> other.names(script.claim())))
                .findFirst()
                .orElseThrow();
        return sent.stream()
                .filter(script -> script.equals(claim) || script.names(runId))
                .toList();
    }

    /** @param words the command, the script's digest, the number of keys, the key, and the arguments */
    private record Script(List<String> words) {

        private static final int DIGEST = 1;
        private static final int KEY = 3;
        private static final int WORKER = 0;
        private static final int TOKEN = 1;
        private static final int LIMIT = 3;

        List<String> arguments() {
            return words.subList(Math.min(KEY + 1, words.size()), words.size());
        }

        boolean names(String id) {
            return !id.isEmpty() && arguments().contains(id);
        }

        /** The token of a claim; empty for anything else. */
        String claim() {
            List<String> arguments = arguments();
            boolean claims = arguments.size() > LIMIT
                    && ID.matcher(arguments.get(TOKEN)).matches()
                    && arguments.get(WORKER).contains(":");
            return claims ? arguments.get(TOKEN) : "";
        }

        String[] arguments(Map<String, String> own) {
            List<String> arguments = arguments();
            String[] values = new String[arguments.size()];
            for (int i = 0; i < values.length; i++) {
                String value = arguments.get(i);
                values[i] = ID.matcher(value).matches()
                        ? own.computeIfAbsent(value, recorded -> fresh(recorded.length()))
                        : value;
            }
            if (!claim().isEmpty()) {
                values[WORKER] = OWN_WORKER;
                values[LIMIT] = "1";
            }
            return values;
        }

        private static String fresh(int length) {
            return length == UUID_LENGTH ? UUID.randomUUID().toString() : Tenancy.newCorrelationId();
        }
    }

    @Override
    public Publisher<String> stream(String name) {
        return Mono.defer(() -> {
            Map<String, String> own = new HashMap<>();
            return Flux.fromIterable(scripts)
                    .concatMap(script -> script.claim().isEmpty() ? send(script, own) : claim(script, own))
                    .then(Mono.just(Transitions.TIMED));
        });
    }

    /** Goes on with whichever run it gets: others may have claimed the one that it has begun. */
    private Mono<List<Object>> claim(Script script, Map<String, String> own) {
        return Mono.defer(() -> {
                    own.remove(script.claim());
                    return send(script, own);
                })
                .filter(reply -> !reply.isEmpty())
                .repeatWhenEmpty(again -> again)
                .doOnNext(reply -> own.put(recorded, runId((List<?>) reply.get(0))));
    }

    /** Of fields, each before its value. */
    private static String runId(List<?> fields) {
        return String.valueOf(fields.get(fields.indexOf("run") + 1));
    }

    private Mono<List<Object>> send(Script script, Map<String, String> own) {
        String[] keys = {script.words().get(Script.KEY)};
        return Mono.fromFuture(() -> commands.<List<Object>>evalsha(
                        script.words().get(Script.DIGEST), ScriptOutputType.MULTI, keys, script.arguments(own))
                .toCompletableFuture());
    }
}
