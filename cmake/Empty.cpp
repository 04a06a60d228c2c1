/* For a library that consists of headers: CMake wants one source. */
namespace seednorm {}
