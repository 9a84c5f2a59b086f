package io.cortexreactive.examples;

import io.cortexreactive.Cortex;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.schema.ObjectSchema;
import io.cortexreactive.schema.Schema;
import io.cortexreactive.structured.StructuredOptions;
import io.cortexreactive.structured.StructuredOutput;
import io.cortexreactive.structured.StructuredStrategy;
import io.cortexreactive.testing.ScriptedReply;
import io.cortexreactive.testing.SimulatedModelServer;

/** Data instead of prose: an answer of the wrong shape is asked for again, and a right one can be watched growing. */
public final class Structured {

    private static final ObjectSchema TRIP = Schema.object()
            .property("city", Schema.string())
            .property("days", Schema.integer().minimum(1))
            .required("city", "days");

    private Structured() {}

    /** Runs it. */
    public static void main(String... args) {
        Simulation.run(Structured::show);
    }

    private static void show(Cortex cortex, SimulatedModelServer server) {
        StructuredOutput structured =
                cortex.structuredOutput().with(new StructuredOptions(StructuredStrategy.PROMPT, 2));
        ChatRequest request = ChatRequest.of("Suggest a trip in Norway.");

        server.enqueue(
                ScriptedReply.text("{\"city\":\"Bergen\",\"days\":\"three\"}"),
                ScriptedReply.text("{\"city\":\"Bergen\",\"days\":3}"));
        structured
                .generate(request, TRIP)
                .doOnNext(trip -> System.out.println(
                        trip.value() + ", at answer " + trip.answers().size()))
                .block();

        server.enqueue(ScriptedReply.builder()
                .text("{\"city\":\"Longyearbyen\",\"days\":4}")
                .chunkSize(6)
                .build());
        structured.stream(request, TRIP).doOnNext(System.out::println).blockLast();

        server.enqueue(
                ScriptedReply.text("{\"elements\":[{\"city\":\"Oslo\",\"days\":2},{\"city\":\"Tromsø\",\"days\":5}]}"));
        structured.streamElements(request, TRIP).doOnNext(System.out::println).blockLast();
    }
}
