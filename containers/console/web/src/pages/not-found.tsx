import { Page } from "../ui/page.tsx";

export function NotFound({ forbidden = false }: { readonly forbidden?: boolean }) {
  return (
    <Page title={forbidden ? "For administrators" : "Nothing is here"}>
      <p>
        {forbidden
          ? "You are signed in as an uploader. Sign in with the administrator's token to see this page."
          : "The address is not one of this console's pages."}{" "}
        <a href="/">Drop files</a> or look at <a href="/jobs">all jobs</a>.
      </p>
    </Page>
  );
}
