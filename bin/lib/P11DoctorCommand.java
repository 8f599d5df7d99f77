import io.managedkeys.pkcs11.P11Doctor;

/** The command of bin/p11-doctor: the library itself prints nothing. */
final class P11DoctorCommand {

  public static void main(String[] arguments) {
    System.exit(P11Doctor.run(arguments, System.out));
  }
}
