package org.semblance.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.semblance.weights.ModelFolder;
import org.semblance.weights.ModelNetwork;
import picocli.CommandLine.Option;

/** Networks that training asks what is to be kept. */
final class TeacherOptions {
    private static final List<String> ROLES = List.of(ModelNetwork.ATTRIBUTE_TEACHER, ModelNetwork.IDENTITY_TEACHER);

    @Option(
            names = "--teacher",
            paramLabel = "DIR",
            order = 80,
            description = "Folder with a teacher, as 'train-teacher' writes it, for losses.attributeTeacher or"
                    + " losses.identityTeacher; may be given again.")
    private List<Path> folders = new ArrayList<>();

    /** The model with the teachers that were named. */
    ModelFolder over(ModelFolder base) throws IOException {
        ModelFolder all = base;
        for (Path folder : folders) {
            ModelFolder given = ModelOptions.open(folder);
            List<String> roles = ROLES.stream().filter(given::has).toList();
            if (roles.isEmpty()) {
                throw new IOException("--teacher must be a folder with a network for one of " + ROLES + ", got "
                        + given.roles() + " [" + folder + "]");
            }
            for (String role : roles) {
                ModelNetwork network = given.network(role);
                all = all.with(role, network.description(), role + "-" + network.file(), given.bytes(role));
            }
        }
        return all;
    }
}
