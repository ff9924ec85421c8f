# A node of AkkaMLScheduler. Build: docker build -t amls .   Run: docker run --network host -v amls-data:/data amls
# Not built where this project is developed (no container engine there): read it as a recipe, and report what is wrong with it.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY global.json Directory.Build.props Directory.Packages.props .editorconfig ./
COPY build build
COPY hocon hocon
COPY src src
RUN dotnet publish src/AkkaMLScheduler.Cli -c Release -r linux-x64 -o /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
COPY --from=build /app .
RUN mkdir /data && chown app /data
USER app
VOLUME /data
# The API listens on loopback only: share the host's network, or ask from inside; its token is /data/api-token.
ENTRYPOINT ["dotnet", "/app/amls.dll"]
CMD ["up", "--data-dir", "/data"]
