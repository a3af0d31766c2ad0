# The stages of `tools/x ci`: each is one test of a single ctest run, so the run ends in ctest's
# summary. Included by the test file that tools/x writes into build/ci, which sets OPTIX_X.

# stage(NAME SECONDS COMMAND… [AFTER STAGE…]): SECONDS is a bound against hanging, not an estimate.
# A stage whose predecessor failed is reported as not run, which counts as failed.
function(stage name seconds)
  cmake_parse_arguments(PARSE_ARGV 2 ARG "" "" "AFTER")
  add_test("${name}" "${OPTIX_X}" ${ARG_UNPARSED_ARGUMENTS})
  set_tests_properties("${name}" PROPERTIES TIMEOUT ${seconds} FIXTURES_SETUP "${name}"
                       FIXTURES_REQUIRED "${ARG_AFTER}" ENVIRONMENT "NO_COLOR=1")
endfunction()

stage(format 120 format --check)
stage(release-build 2400 build release)
stage(release-tests 900 test release AFTER release-build)
stage(asan-build 2400 build asan)
stage(asan-tests 2400 test asan AFTER asan-build)
stage(tsan-build 2400 build tsan)
stage(tsan-tests 1800 test tsan AFTER tsan-build)
stage(fuzz-build 1200 build asan fuzzers make_corpus AFTER asan-build)
# A smoke test tries the same inputs on every machine. Long runs, each with other inputs, are for people.
stage(fuzz 900 fuzz smoke AFTER fuzz-build)
stage(clang-tidy 2400 tidy)
