package io.cortexreactive.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.util.Map.entry;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;
import io.cortexreactive.error.Transient;
import java.io.ObjectInputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.NullMarked;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Sinks;
import reactor.netty.DisposableChannel;
import reactor.netty.transport.ClientTransport;
import reactor.netty.transport.ServerTransport;

/** What main code may not do. A method reference counts as a call. */
final class CodingRules {

    /** Packages whose code is no part of a call, so that what they share is nobody's in particular. */
    private static final Set<String> FEATURES_WITHOUT_TENANT = Set.of("event", "testing");

    private static final Set<String> SHARING =
            Set.of("cache", "cacheInvalidateIf", "cacheInvalidateWhen", "share", "shareNext", "publish", "replay");

    private static final Set<String> VAGUE_PACKAGES = Set.of("internal", "impl", "api", "util", "model", "exceptions");

    private static final Map<Class<?>, Set<String>> WAITING = Map.ofEntries(
            entry(Thread.class, Set.of("sleep", "join")),
            entry(TimeUnit.class, Set.of("sleep", "timedJoin", "timedWait")),
            entry(Object.class, Set.of("wait")),
            entry(Future.class, Set.of("get", "join")),
            entry(CountDownLatch.class, Set.of("await")),
            entry(Semaphore.class, Set.of("acquire")),
            entry(io.netty.util.concurrent.Future.class, Set.of("await", "sync", "syncUninterruptibly")),
            entry(DisposableChannel.class, Set.of("disposeNow")),
            entry(ServerTransport.class, Set.of("bindNow", "bindUntilJavaShutdown")),
            entry(ClientTransport.class, Set.of("connectNow", "warmup")));

    static final ArchRule NOTHING_BLOCKS = never(
            "turn a publisher into something that blocks",
            access -> onPublisher(access)
                    && (access.getName().startsWith("block")
                            || Set.of("toIterable", "toStream").contains(access.getName())),
            Allowances.BLOCKING);

    static final ArchRule NOTHING_WAITS = never(
            "keep a thread waiting",
            access -> WAITING.entrySet().stream()
                    .anyMatch(wait -> access.getTargetOwner().isAssignableTo(wait.getKey())
                            && wait.getValue().contains(access.getName())),
            Allowances.NONE);

    static final ArchRule NO_RANDOM_UUID = never(
            "call UUID.randomUUID, which may wait for the system's entropy",
            access -> access.getTargetOwner().isEquivalentTo(UUID.class)
                    && access.getName().equals("randomUUID"),
            Allowances.NONE);

    static final ArchRule ONLY_EVENTS_GO_THROUGH_A_MANY_SINK = never(
            "pass elements through a Sinks.Many, which does not hand demand on to whoever emits",
            access -> access.getTargetOwner().isEquivalentTo(Sinks.class)
                    && Set.of("many", "unsafe").contains(access.getName())
                    && !access.getOriginOwner().getPackageName().equals(Classes.BASE + ".event"),
            Allowances.NONE);

    static final ArchRule NO_JAVA_SERIALIZATION =
            noClasses().should().dependOnClassesThat().areAssignableTo(ObjectInputStream.class);

    static final ArchRule NO_MUTABLE_STATICS =
            fields().that().areStatic().should().beFinal();

    static final ArchRule PACKAGES_ARE_NAMED_AFTER_CAPABILITIES = classes()
            .should(ArchCondition.from(describe(
                    "in no package named one of " + VAGUE_PACKAGES,
                    type -> Arrays.stream(type.getPackageName().split("\\.")).noneMatch(VAGUE_PACKAGES::contains))));

    static final ArchRule PACKAGES_ARE_NULL_MARKED = classes()
            .should(ArchCondition.from(describe(
                    "in a package that is @NullMarked",
                    type -> type.getPackage().isAnnotatedWith(NullMarked.class))));

    static final ArchRule ERRORS_TELL_WHETHER_TO_RETRY = classes()
            .that()
            .areAssignableTo(CortexException.class)
            .and()
            .doNotHaveModifier(JavaModifier.ABSTRACT)
            .should(ArchCondition.from(describe(
                    "exactly one of Transient and Lasting",
                    type -> type.isAssignableTo(Transient.class) != type.isAssignableTo(Lasting.class))));

    private CodingRules() {}

    static ArchRule nobodySubscribes(Allowances allowances) {
        return never(
                "subscribe by hand, which easily loses the Context, demand and cancel",
                access -> onPublisher(access)
                        && Set.of("subscribe", "subscribeWith").contains(access.getName()),
                allowances);
    }

    static ArchRule nothingTenantScopedIsShared(Allowances allowances) {
        return never(
                "share a subscription, which would serve one tenant with what another has asked for",
                access -> onPublisher(access)
                        && SHARING.contains(access.getName())
                        && !FEATURES_WITHOUT_TENANT.contains(packageOf(access.getOriginOwner())),
                allowances);
    }

    private static ArchRule never(String what, Predicate<JavaAccess<?>> forbidden, Allowances allowances) {
        return noClasses()
                .that(describe("have no allowance", (JavaClass type) -> !allowances.cover(type)))
                .should()
                .accessTargetWhere(describe(what, forbidden))
                .as("no class should " + what);
    }

    private static String packageOf(JavaClass type) {
        return type.getPackageName().replace(Classes.BASE + ".", "");
    }

    private static boolean onPublisher(JavaAccess<?> access) {
        return access.getTargetOwner().isAssignableTo(Publisher.class);
    }
}
