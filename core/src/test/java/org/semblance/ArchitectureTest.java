package org.semblance;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The map of packages in docs/ARCHITECTURE.md, and the manners of the code. A new package must be entered here. */
class ArchitectureTest {
    private static final String ROOT = "org.semblance";
    private static final JavaClasses LIBRARY = library();

    /** What each package may know of the others; arrows go down only. */
    private static final Map<String, Set<String>> MAP = new TreeMap<>(Map.ofEntries(
            Map.entry("array", Set.of()),
            Map.entry("backend", Set.of("array")),
            Map.entry("cpu", Set.of("backend", "array")),
            Map.entry("tensor", Set.of("backend", "array")),
            Map.entry("ops", Set.of("tensor", "backend", "array")),
            Map.entry("nn", Set.of("ops", "tensor", "backend", "array")),
            Map.entry("networks", Set.of("nn", "ops", "tensor", "backend", "array")),
            Map.entry("json", Set.of()),
            Map.entry("files", Set.of()),
            Map.entry("batch", Set.of("json", "files")),
            Map.entry("pretrained", Set.of("networks", "nn", "ops", "tensor", "backend", "array", "json", "weights")),
            Map.entry("weights", Set.of("array", "json", "files")),
            Map.entry("image", Set.of("array", "files")),
            Map.entry("heads", Set.of("array", "json")),
            Map.entry("metrics", Set.of("ops", "tensor", "backend", "array", "json", "image", "heads")),
            Map.entry("privacy", Set.of("metrics", "image", "weights", "json", "files", "array")),
            Map.entry(
                    "training",
                    Set.of(
                            "networks",
                            "nn",
                            "ops",
                            "tensor",
                            "backend",
                            "array",
                            "json",
                            "files",
                            "weights",
                            "image",
                            "heads")),
            Map.entry(
                    "sequence",
                    Set.of(
                            "metrics", "ops", "tensor", "backend", "array", "json", "files", "weights", "image",
                            "heads", "batch")),
            Map.entry("onnx", Set.of("networks", "nn", "ops", "tensor", "backend", "array", "weights")),
            Map.entry(
                    "verify",
                    Set.of(
                            "pretrained",
                            "training",
                            "networks",
                            "nn",
                            "ops",
                            "tensor",
                            "backend",
                            "array",
                            "json",
                            "weights"))));

    /** The least number of classes of each package, so that no rule holds for want of classes. */
    private static final Map<String, Integer> LEAST = Map.ofEntries(
            Map.entry("array", 6),
            Map.entry("backend", 15),
            Map.entry("cpu", 30),
            Map.entry("tensor", 7),
            Map.entry("ops", 25),
            Map.entry("nn", 6),
            Map.entry("networks", 20),
            Map.entry("json", 5),
            Map.entry("files", 3),
            Map.entry("batch", 10),
            Map.entry("pretrained", 5),
            Map.entry("weights", 50),
            Map.entry("image", 8),
            Map.entry("heads", 25),
            Map.entry("metrics", 15),
            Map.entry("privacy", 10),
            Map.entry("training", 25),
            Map.entry("sequence", 25),
            Map.entry("onnx", 25),
            Map.entry("verify", 15));

    static Stream<String> packages() {
        return MAP.keySet().stream();
    }

    @Test
    void theMapIsComplete() {
        Set<String> found = LIBRARY.stream()
                .map(JavaClass::getPackageName)
                .filter(name -> !name.equals(ROOT))
                .map(ArchitectureTest::topLevel)
                .collect(Collectors.toSet());
        assertThat(found).isEqualTo(MAP.keySet()).isEqualTo(LEAST.keySet());
        assertThat(LIBRARY.size()).isGreaterThan(250);
        LEAST.forEach((name, least) -> assertThat(LIBRARY.that(resideInAPackage(ROOT + "." + name + "..")))
                .as(name)
                .hasSizeGreaterThanOrEqualTo(least));
        long uses = LIBRARY.stream()
                .flatMap(c -> c.getDirectDependenciesFromSelf().stream())
                .filter(d -> d.getTargetClass().getPackageName().startsWith(ROOT))
                .count();
        assertThat(uses).isGreaterThan(5000);
    }

    private static String topLevel(String name) {
        return name.substring(ROOT.length() + 1).split("\\.")[0];
    }

    @ParameterizedTest
    @MethodSource("packages")
    void packagesKnowOnlyWhatLiesBelow(String name) {
        List<String> allowed = new ArrayList<>(List.of(ROOT + "." + name + ".."));
        MAP.get(name).forEach(below -> allowed.add(ROOT + "." + below + ".."));
        DescribedPredicate<JavaClass> ours = resideInAPackage(ROOT + "..");
        classes()
                .that()
                .resideInAPackage(ROOT + "." + name + "..")
                .should()
                .onlyDependOnClassesThat(
                        DescribedPredicate.not(ours).or(resideInAnyPackage(allowed.toArray(String[]::new))))
                .check(LIBRARY);
    }

    /** {@code org.semblance} is the top, and backends are found by name. */
    @Test
    void nobodyKnowsTheTopOrABackend() {
        noClasses()
                .that()
                .resideInAnyPackage(ROOT + ".*..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT)
                .check(LIBRARY);
        for (String backend : List.of("cpu", "cuda")) {
            noClasses()
                    .that()
                    .resideOutsideOfPackage(ROOT + "." + backend + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage(ROOT + "." + backend + "..")
                    .check(LIBRARY);
        }
    }

    @Test
    void onlyCpuSeesOneDnn() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".cpu..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.bytedeco..", "com.sun.jna..")
                .check(LIBRARY);
        assertThat(LIBRARY.get("org.semblance.cpu.Dnnl").getDirectDependenciesFromSelf())
                .anyMatch(d -> d.getTargetClass().getPackageName().startsWith("org.bytedeco"));
    }

    /** Weights and descriptions read JSON, pictures come from the JDK; nothing else is needed. */
    @Test
    void otherLibrariesStayWhereTheyAre() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + ".weights..", ROOT + ".json..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.fasterxml..")
                .check(LIBRARY);
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".weights.keras..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.jhdf..")
                .check(LIBRARY);
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".image..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.awt..", "javax.imageio..", "com.twelvemonkeys..")
                .check(LIBRARY);
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "javax.crypto..",
                        "javax.imageio..",
                        "org.jspecify..",
                        "org.bytedeco..",
                        "com.sun.jna..",
                        "com.fasterxml..",
                        "io.jhdf..",
                        "org.ejml..",
                        "com.google.protobuf..",
                        "com.twelvemonkeys..",
                        ROOT + "..")
                .check(LIBRARY);
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".onnx..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.google.protobuf..")
                .check(LIBRARY);
    }

    @Test
    void thereAreNoCycles() {
        slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(LIBRARY);
    }

    /** Names that say nothing. */
    @Test
    void classesAreNamedAfterWhatTheyAre() {
        noClasses()
                .should()
                .haveNameMatching(".*[.$](Abstract\\w*|\\w*(Utils?|Managers?|Helpers?|Impl))")
                .check(LIBRARY);
    }

    @Test
    void theLibraryNeverPrints() {
        GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(LIBRARY);
        noClasses()
                .should()
                .callMethodWhere(DescribedPredicate.describe(
                        "prints a stack trace",
                        call -> call.getTarget().getName().equals("printStackTrace")))
                .check(LIBRARY);
        noClasses().should().callMethod(System.class, "exit", int.class).check(LIBRARY);
    }

    @Test
    void everyPackageIsNullMarked() {
        Set<String> names = LIBRARY.stream().map(JavaClass::getPackageName).collect(Collectors.toSet());
        assertThat(names).hasSizeGreaterThan(MAP.size());
        for (String name : names) {
            assertThat(LIBRARY.getPackage(name).tryGetPackageInfo())
                    .as("package-info of " + name)
                    .isPresent();
            assertThat(LIBRARY.getPackage(name).isAnnotatedWith(NullMarked.class))
                    .as(name)
                    .isTrue();
        }
    }

    private static JavaClasses library() {
        try {
            Path classes = Path.of(Disentangler.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return new ClassFileImporter().importPath(classes);
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }
}
