// The main program of every test under Catch2 2.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
