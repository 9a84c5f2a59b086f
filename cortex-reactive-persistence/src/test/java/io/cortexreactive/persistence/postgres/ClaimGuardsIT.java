package io.cortexreactive.persistence.postgres;

import static io.cortexreactive.persistence.postgres.TestRuns.CODE;
import static io.cortexreactive.persistence.postgres.TestRuns.TIMEOUT;
import static io.cortexreactive.persistence.postgres.TestRuns.all;

import io.cortexreactive.durable.RunLog.Claim;
import io.cortexreactive.durable.RunLog.Fairness;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.durable.RunRecord.Code;
import io.cortexreactive.persistence.postgres.Guards.Guard;
import io.cortexreactive.persistence.postgres.Guards.Unguarded;
import io.r2dbc.pool.ConnectionPool;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the guards of claims are for: of any runs or of one, by urgency or fairly. Without each, its rule is broken. */
class ClaimGuardsIT {

    @RegisterExtension
    static final PostgresDatabase DATABASE = new PostgresDatabase();

    private static final Fairness MANY = new Fairness(1_000_000);
    private static final Fairness NO_MORE = new Fairness(1);

    /** What is common to the ends of the statements. */
    private static final String TIME = "AND s.available_at <= statement_timestamp()";

    private static final String LIVES = " AND EXISTS (SELECT 1 FROM me)";
    private static final String ROOM = " AND EXISTS (SELECT 1 FROM room WHERE free > 0)";
    private static final String CODES =
            "AND (s.workflow_id, s.workflow_version) IN (SELECT * FROM unnest($5::text[], $6::text[]))\n     ";
    private static final String ANY_CODE = "AND ($5::text[], $6::text[]) IS NOT NULL\n     ";
    private static final String STANDS = "s.status = 'pending' AND NOT s.parked AND s.queue = $3::text AND ";

    private static ConnectionPool pool;
    private static Guards guards;

    @BeforeAll
    static void open() {
        pool = DATABASE.pool(8);
        guards = new Guards(DATABASE, pool);
    }

    @AfterAll
    static void close() {
        pool.close().block(TIMEOUT);
    }

    /** A way to claim, by how its statement says whose runs. */
    private enum Way {
        MOST_URGENT("s.workflow_id = k.id AND", false, false),
        ONE("s.tenant_id = $7::text AND", true, false),
        FAIRLY("s.tenant_id = r.tenant_id\n", false, true),
        ONE_FAIRLY("s.tenant_id = $8::text AND", true, true);

        private final String whose;
        private final boolean one;
        private final boolean fairly;

        Way(String whose, boolean one, boolean fairly) {
            this.whose = whose;
            this.one = one;
            this.fairly = fairly;
        }

        @Nullable
        Fairness fairness() {
            return fairly ? MANY : null;
        }

        /** Whether it leaves a run that comes first. */
        boolean leaves(Unguarded on, RunRecord run, String queue, Code code, @Nullable Fairness most) {
            Claim claim = new Claim(worker(on), queue, List.of(code), one ? run.key() : null, 100, most);
            return all(on.runs().log().claim(claim)).stream()
                    .noneMatch(claimed -> claimed.key().equals(run.key()));
        }

        private static String worker(Unguarded on) {
            return on.runs().worker();
        }

        boolean leaves(Unguarded on, RunRecord run) {
            return leaves(on, run, "default", CODE, fairness());
        }
    }

    private static RunRecord first(Unguarded on, RunRecord run, String change) {
        on.alter(run, "priority = -1, " + change);
        return run;
    }

    static Stream<Way> everyWay() {
        return Stream.of(Way.values());
    }

    @ParameterizedTest
    @MethodSource("everyWay")
    void whatRunsIsNotClaimed(Object of) {
        Way way = (Way) of;
        guards.assertNeeds(
                new Guard("status", STANDS + way.whose, STANDS.replace("s.status = 'pending' AND ", "") + way.whose),
                on -> way.leaves(on, first(on, on.runs().running(), "available_at = now() - interval '1 hour'")));
    }

    @ParameterizedTest
    @MethodSource("everyWay")
    void whatIsParkedIsNotClaimed(Object of) {
        Way way = (Way) of;
        guards.assertNeeds(
                new Guard("parked", STANDS + way.whose, STANDS.replace("NOT s.parked AND ", "") + way.whose), on -> {
                    // So that the tenant has its turn.
                    on.runs().pending();
                    return way.leaves(on, first(on, on.runs().pending(), "parked = true"));
                });
    }

    static Stream<Object[]> dueLater() {
        return Stream.of(
                new Object[] {Way.MOST_URGENT, TIME + LIVES + "\n     ORDER", LIVES + "\n     ORDER"},
                new Object[] {Way.ONE, TIME + LIVES + "\n   LIMIT", LIVES + "\n   LIMIT"},
                new Object[] {Way.FAIRLY, TIME + "\n       ORDER", "\n       ORDER"},
                new Object[] {Way.ONE_FAIRLY, TIME + ROOM, ROOM});
    }

    @ParameterizedTest
    @MethodSource("dueLater")
    void whatIsDueLaterIsNotClaimed(Object way, String text, String instead) {
        guards.assertNeeds(
                new Guard("time", text, instead),
                on -> ((Way) way)
                        .leaves(on, first(on, on.runs().pending(), "available_at = now() + interval '1 hour'")));
    }

    static Stream<Object[]> otherCode() {
        return Stream.of(
                new Object[] {Way.ONE, CODES + TIME + LIVES, ANY_CODE + TIME + LIVES},
                new Object[] {Way.ONE_FAIRLY, CODES + TIME + ROOM, ANY_CODE + TIME + ROOM},
                new Object[] {
                    Way.FAIRLY,
                    "AND s.workflow_id = k.id AND s.workflow_version = k.version AND",
                    "AND s.workflow_id = k.id AND"
                });
    }

    @ParameterizedTest
    @MethodSource("otherCode")
    void whatAWorkerCannotRunIsNotClaimed(Object of, String text, String instead) {
        Way way = (Way) of;
        Code other = new Code(CODE.definition(), "2");
        guards.assertNeeds(
                new Guard("code", text, instead),
                on -> way.leaves(on, first(on, on.runs().pending(), "attempts = 0"), "default", other, way.fairness()));
    }

    static Stream<Way> ofOne() {
        return everyWay().filter(way -> way.one);
    }

    @ParameterizedTest
    @MethodSource("ofOne")
    void whatIsInAnotherQueueIsNotClaimed(Object of) {
        Way way = (Way) of;
        String any = STANDS.replace("s.queue = $3::text", "$3::text IS NOT NULL");
        guards.assertNeeds(
                new Guard("queue", STANDS + way.whose, any + way.whose),
                on -> way.leaves(on, on.runs().pending(), "another", CODE, way.fairness()));
    }

    static Stream<Object[]> living() {
        return Stream.of(
                new Object[] {Way.MOST_URGENT, TIME + LIVES + "\n     ORDER", TIME + "\n     ORDER"},
                new Object[] {Way.ONE, TIME + LIVES + "\n   LIMIT", TIME + "\n   LIMIT"},
                new Object[] {Way.FAIRLY, "NOT s.parked" + LIVES + " ORDER", "NOT s.parked ORDER"},
                new Object[] {Way.ONE_FAIRLY, "$8::text AS tenant_id FROM me)", "$8::text AS tenant_id)"});
    }

    @ParameterizedTest
    @MethodSource("living")
    void aWorkerThatHasGoneClaimsNothing(Object of, String text, String instead) {
        Way way = (Way) of;
        guards.assertNeeds(new Guard("life", text, instead), on -> {
            RunRecord run = first(on, on.runs().pending(), "attempts = 0");
            String gone = on.runs().worker();
            on.runs().log().leave(gone).block(TIMEOUT);
            Claim claim = new Claim(gone, "default", List.of(CODE), way.one ? run.key() : null, 100, way.fairness());
            return all(on.runs().log().claim(claim)).isEmpty();
        });
    }

    @Test
    void noMoreOfATenantAreClaimedThanMayRun() {
        guards.assertNeeds(new Guard("fairness", TIME + ROOM, TIME), on -> {
            on.runs().running();
            return Way.ONE_FAIRLY.leaves(on, on.runs().pending(), "default", CODE, NO_MORE);
        });
    }
}
